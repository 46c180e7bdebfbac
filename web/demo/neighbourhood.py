"""The communities of the demo: who lives where, which points serve them, and who brought whom."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import User
from community.models import Community
from community.services.communities import found_community
from community.services.memberships import move_in
from community.services.sharing import invited, link_of, visited
from community.states import Shared
from orders.models import PickupPoint
from web.demo.people import address_of
from web.demo.reading import read

# Those who sign in, or lead a point, live where they are needed.
HOMES = {
    "consumer": "jinxiu",
    "leader": "jinxiu",
    "orchard_owner": "jinxiu",
    "second_leader": "cuizhu",
    "third_leader": "wenlan",
    "fourth_leader": "yunhe",
    "fifth_leader": "yunqi",
}


@dataclass(frozen=True)
class Arrival:
    """A newcomer: where they will live, and whose link they had opened, if anybody's."""

    person: User
    home: Community
    inviter: User | None


def settle_in(
    people: dict[str, User], neighbours: list[User], points: dict[str, PickupPoint], *, now: dt.datetime
) -> list[Arrival]:
    """Found the communities at their points and let the founders move in; answers who will come later.

    Every other newcomer opens the link of a neighbour.
    """
    contents = read("communities")["communities"]
    actor_id = people["operator"].pk
    communities = {one["key"]: _found(one, points, actor_id, now) for one in contents}
    for key, where in HOMES.items():
        move_in(user=people[key], community=communities[where], now=now)
    chance = random.Random("homes")
    homes = chance.choices(list(communities.values()), [one["weight"] for one in contents], k=len(neighbours))
    sharers = [people["consumer"], people["leader"], *neighbours[:6]]
    arrivals: list[Arrival] = []
    for person, home in zip(neighbours, homes, strict=True):
        if person.joined_at <= now:
            move_in(user=person, community=home, now=now)
        else:
            arrivals.append(Arrival(person, home, chance.choice(sharers) if len(arrivals) % 2 == 0 else None))
    address_of(people["consumer"])
    return arrivals


def _found(content: dict[str, Any], points: dict[str, PickupPoint], actor_id: int, now: dt.datetime) -> Community:
    return found_community(
        name=content["name"],
        kind=content["kind"],
        region_code=content["region_code"],
        address=content["address"],
        latitude=Decimal(content["latitude"]),
        longitude=Decimal(content["longitude"]),
        points=[points[key] for key in content["points"]],
        actor_id=actor_id,
        now=now,
    )


def arrive(arrival: Arrival, *, now: dt.datetime) -> None:
    """Register by a neighbour's link, or without one, and move in."""
    if arrival.inviter is not None:
        link = link_of(user=arrival.inviter, kind=Shared.HOME, code="", now=now)
        visited(link=link)
        invited(invitee=arrival.person, link=link, now=now)
    move_in(user=arrival.person, community=arrival.home, now=now)
