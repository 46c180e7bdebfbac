"""Who joins a campaign, when, and with how much: the same crowd every time."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from accounts.models import User
from campaigns.plans import Plan
from campaigns.states import Basis
from web.demo.town import Town

# How many pieces people take: mostly two, three or four.
PIECES = (1, 2, 2, 3, 3, 4, 5)
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
    sharer: User | None = None


def crowd_of(content: dict[str, Any], plan: Plan, town: Town, *, now: dt.datetime) -> list[Visit]:
    """The visits that bring the counter of a campaign to where the content says it stands, in order of time."""
    chance = random.Random(content["key"])
    endings = _endings(content)
    sizes = _sizes(content, plan, chance, paid=sum(ending == "paid" for ending in endings))
    there = [person for person in town.neighbours if person.joined_at <= plan.opens_at]
    neighbours = chance.sample(there, len(there))
    instants = _instants(len(sizes) + len(endings), plan, chance, now=now)
    people: list[tuple[User, int, str]] = [
        (person, size, "paid") for person, size in zip(neighbours, sizes, strict=False)
    ]
    for ending, person in zip(endings, [town.people["consumer"], *reversed(neighbours)], strict=False):
        people.insert(len(people) * 2 // 5, (person, 1, ending))
    weights = [offer["quantity"] for offer in content["skus"]]
    sharers = [None, None, *_sharers(content, town)]
    visits = [
        Visit(at, person, size, chance.choices(range(len(weights)), weights)[0], ending, chance.choice(sharers))
        for at, (person, size, ending) in zip(instants, people, strict=True)
        if ending != "none"
    ]
    return [_just_now(visit, now) if visit.ending == "pending" else visit for visit in visits]


def _sharers(content: dict[str, Any], town: Town) -> list[User]:
    """Whose links led people to a campaign."""
    return [town.people[key] for key in content.get("shared_by", ())]


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
    possible = [first + (last - first) * chance.random() ** 0.8 for _ in range(4 * count)]
    weights = [_liveliness(instant) for instant in possible]
    return sorted(chance.choices(possible, weights, k=count))


def _liveliness(instant: dt.datetime) -> float:
    """How many people look at their phones then, against a quiet hour: at noon, in the evening, on weekends."""
    local = timezone.localtime(instant)
    by_hour = dict.fromkeys((11, 12, 19, 20, 21, 22), 6) | dict.fromkeys((0, 1, 2, 3, 4, 5), 0.1)
    return by_hour.get(local.hour, 2.5) * (1.6 if local.weekday() >= 5 else 1)


def _just_now(visit: Visit, now: dt.datetime) -> Visit:
    return replace(visit, at=now - dt.timedelta(minutes=2), pieces=2)
