"""Joining a thousand campaigns by turns, beside joining one hot one."""

from dataclasses import dataclass

from bench import load
from bench.cloning import clone_campaigns, code_of
from bench.joining import hot_requests, join_requests, joined_per_second
from bench.row import Row
from bench.seeding import HOT, buyers
from bench.server import plan
from campaigns.models import Campaign

CAMPAIGNS = 1_000
FIRST_ID = 5_000_000
LONGEST = 60


@dataclass(frozen=True)
class Joins:
    """The requests of as many buyers, to all campaigns and to one; before, somebody has looked at each of them."""

    looks: list[bytes]
    spread: list[bytes]
    hot: list[bytes]


def prepare() -> Joins:
    clone_campaigns(Campaign.objects.get(code=HOT), CAMPAIGNS, first_id=FIRST_ID)
    people = buyers()
    codes = [code_of(number) for number in range(1, CAMPAIGNS + 1)]
    return Joins(
        looks=[load.get(f"/campaigns/{code}/") for code in codes],
        spread=join_requests(people, dict(zip(codes, codes, strict=True))),
        hot=hot_requests(people),
    )


def ours(joins: Joins) -> float:
    load.drive(plan().port, joins.looks, seconds=LONGEST, warm_up=0)
    return joined_per_second(joins.spread)


def reference(joins: Joins) -> float:
    return joined_per_second(joins.hot)


ROW = Row(
    name="join-spread",
    unit="joins/s over 1,000 campaigns ÷ on one hot campaign",
    bar=0.9,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
    served=True,
)
