"""Who joins a campaign, when, and with how much: the same crowd every time."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from campaigns.plans import Plan
from campaigns.states import Basis
from web.demo.town import Town

# How many pieces people take: mostly two or three.
PIECES = (1, 2, 2, 2, 3, 3, 4)
# Nobody joins at the very beginning or end.
MARGIN = dt.timedelta(minutes=6)


@dataclass(frozen=True)
class Visit:
    """One person joins, and pays, leaves again, or lets the time to pay run out."""

    at: dt.datetime
    person: User
    pieces: int
    offer: int
    ending: str = "paid"


def crowd_of(content: dict[str, Any], plan: Plan, town: Town, *, now: dt.datetime) -> list[Visit]:
    """The visits that bring the counter of a campaign to where the content says it stands, in order of time."""
    chance = random.Random(content["key"])
    endings = _endings(content)
    sizes = _sizes(content, plan, chance, paid=sum(ending == "paid" for ending in endings))
    neighbours = chance.sample(town.neighbours, len(town.neighbours))
    instants = _instants(len(sizes) + len(endings), plan, chance, now=now)
    people: list[tuple[User, int, str]] = [
        (person, size, "paid") for person, size in zip(neighbours, sizes, strict=False)
    ]
    for ending, person in zip(endings, [town.people["consumer"], *reversed(neighbours)], strict=False):
        people.insert(len(people) * 2 // 5, (person, 1, ending))
    weights = [offer["quantity"] for offer in content["skus"]]
    visits = [
        Visit(at, person, size, chance.choices(range(len(weights)), weights)[0], ending)
        for at, (person, size, ending) in zip(instants, people, strict=True)
        if ending != "none"
    ]
    return [_just_now(visit, now) if visit.ending == "pending" else visit for visit in visits]


def _endings(content: dict[str, Any]) -> list[str]:
    """What the consumer does first, then those who leave and those who do not pay."""
    others = ["leaves"] * content.get("left", 0) + ["expires"] * content.get("unpaid", 0)
    return [content["consumer"], *others]


def _sizes(content: dict[str, Any], plan: Plan, chance: random.Random, *, paid: int) -> list[int]:
    """Pieces of the neighbours who stay; those of `paid` others, one piece each, count as well."""
    missing = content["count"] - paid
    most = plan.limit_per_person or max(PIECES)
    if plan.basis == Basis.PARTICIPANTS:
        return [min(chance.choice(PIECES), most) for _ in range(missing)]
    sizes: list[int] = []
    while missing > 0:
        sizes.append(min(chance.choice(PIECES), most, missing))
        missing -= sizes[-1]
    return sizes


def _instants(count: int, plan: Plan, chance: random.Random, *, now: dt.datetime) -> list[dt.datetime]:
    """So many instants, the later ones a little denser, all of them over before anything else happens."""
    first, last = plan.opens_at + MARGIN, min(plan.closes_at - 3 * MARGIN, now - 2 * MARGIN)
    return sorted(first + (last - first) * chance.random() ** 0.8 for _ in range(count))


def _just_now(visit: Visit, now: dt.datetime) -> Visit:
    return Visit(now - dt.timedelta(minutes=2), visit.person, 2, visit.offer, visit.ending)
