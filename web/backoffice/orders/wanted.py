"""Which orders somebody asked for, as it stands in an address that can be kept and passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from web.backoffice.dates import Dates, read_dates

LONGEST_SEARCH = 30
LONGEST_CODE = 10
PLACED = "placed"


@dataclass(frozen=True)
class Wanted:
    """A tab, words to find, and what narrows the list: a campaign, a point, a channel code, what went back, whose
    orders they are, and days: those of payment, unless they are asked for `by` placing."""

    state: str
    search: str = ""
    campaign: str = ""
    point: str = ""
    refund: str = ""
    channel: str = ""
    only: str = ""
    by: str = ""
    dates: Dates = field(default_factory=Dates)

    @property
    def narrowed(self) -> dict[str, str]:
        """What stands in the address beside the tab."""
        asked = {
            "q": self.search,
            "campaign": self.campaign,
            "point": self.point,
            "refund": self.refund,
            "channel": self.channel,
            "only": self.only,
            "by": self.by,
        }
        return {name: value for name, value in asked.items() if value} | self.dates.query

    @property
    def query(self) -> str:
        """The whole of it, as parameters of an address."""
        return urlencode({"state": self.state} | self.narrowed)

    def at(self, state: str) -> "Wanted":
        """The same in another tab."""
        return replace(self, state=state)


def read_wanted(query: Mapping[str, str], *, states: Mapping[str, object]) -> Wanted:
    """From the parameters of an address; who narrows without naming a tab looks everywhere."""
    asked = Wanted(
        state=query.get("state", ""),
        search=query.get("q", "").strip()[:LONGEST_SEARCH],
        campaign=query.get("campaign", "")[:LONGEST_CODE],
        point=query.get("point", "")[:LONGEST_CODE],
        refund=query.get("refund", "")[:LONGEST_CODE],
        channel=query.get("channel", "")[:LONGEST_CODE],
        only=query.get("only", "")[:LONGEST_CODE],
        by=PLACED if query.get("by") == PLACED else "",
        dates=read_dates(query),
    )
    if asked.state in states:
        return asked
    return asked.at("all" if asked.narrowed else "preparing")
