"""Which days a page of numbers shows, and how they are cut, as it stands in its address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.selectors.facts import Step
from analytics.selectors.periods import ONE_DAY

# The days one chooses from, and how each is cut unless one says otherwise.
RANGES: Mapping[int, tuple[str | Promise, Step]] = {
    7: (_("近 7 天"), Step.DAY),
    30: (_("近 30 天"), Step.DAY),
    90: (_("近 90 天"), Step.WEEK),
    365: (_("近一年"), Step.MONTH),
}
DEFAULT_DAYS = 30
# A bar for each stretch: more of them than this nobody tells apart.
MOST_STRETCHES = 100


@dataclass(frozen=True)
class Asked:
    """So many days, the last of them today, cut into steps."""

    days: int
    step: Step
    until: dt.date

    @property
    def since(self) -> dt.date:
        return self.until - (self.days - 1) * ONE_DAY

    @property
    def ranges(self) -> list[tuple[str, str | Promise, bool]]:
        """The address, word and whether it is the one, of each range."""
        return [(urlencode({"days": days}), word, days == self.days) for days, (word, _step) in RANGES.items()]

    @property
    def steps(self) -> list[tuple[str, str | Promise, bool]]:
        """The same of each step that makes not too many bars."""
        return [
            (urlencode({"days": self.days, "step": step.value}), step.word, step == self.step)
            for step in steps_for(self.days)
        ]


def read_asked(query: Mapping[str, str], *, today: dt.date) -> Asked:
    """From the parameters of an address; what is no range or step of ours is the usual one."""
    days = int(query["days"]) if query.get("days", "") in map(str, RANGES) else DEFAULT_DAYS
    step = query.get("step", "")
    return Asked(days, Step(step) if step in steps_for(days) else RANGES[days][1], today)


def steps_for(days: int) -> list[Step]:
    """How so many days can be cut without making too many bars."""
    return [step for step in Step if step != Step.DAY or days <= MOST_STRETCHES]
