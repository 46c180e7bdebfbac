"""The communities of the demo: who lives where, which points serve them, and who brought whom."""

import datetime as dt
import random
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


def settle_in(
    people: dict[str, User], neighbours: list[User], points: dict[str, PickupPoint], *, now: dt.datetime
) -> None:
    """Found the communities at their points, let everybody move in, and remember who invited the newcomers."""
    contents = read("communities")["communities"]
    actor_id = people["operator"].pk
    communities = {one["key"]: _found(one, points, actor_id, now) for one in contents}
    for key, where in HOMES.items():
        move_in(user=people[key], community=communities[where], now=now)
    chance = random.Random("homes")
    homes = chance.choices(list(communities.values()), [one["weight"] for one in contents], k=len(neighbours))
    for person, home in zip(neighbours, homes, strict=True):
        move_in(user=person, community=home, now=person.joined_at)
    address_of(people["consumer"])
    _invite([people["consumer"], people["leader"], *neighbours[:6]], neighbours, chance)


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


def _invite(sharers: list[User], neighbours: list[User], chance: random.Random) -> None:
    """Every other newcomer had opened the link of a neighbour."""
    founded = neighbours[0].joined_at
    for newcomer in [person for person in neighbours if person.joined_at > founded][::2]:
        link = link_of(user=chance.choice(sharers), kind=Shared.HOME, code="", now=founded)
        visited(link=link)
        invited(invitee=newcomer, link=link, now=newcomer.joined_at)
