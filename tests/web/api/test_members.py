"""H6, B8, K4: points, check-in, tier and member prices through the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from community.models import MemberPrice
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import make_open
from tests.factories.catalog import make_sku
from tests.factories.members import give_points, join_with_points, make_standing
from tests.web.api.conftest import Program, is_problem

ProgramOf = Callable[..., Program]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway", "nothing_broken")]


def test_alice_reads_her_points_and_where_they_went(program: ProgramOf) -> None:
    """H6: newest first, her own only, paged."""
    alice = make_user()
    give_points(alice, 1000)
    give_points(make_user(name="Bob"), 5)
    order = join_with_points(alice, make_open(), now=timezone.now())
    points = program(alice).ask("me/points/").json()
    assert (points["balance"], points["worth_fen"], points["pending"], points["debt"]) == (402, 402, 0, 0)
    spent, came = points["entries"]
    assert (spent["kind"], spent["points"], spent["order"], spent["status"]) == (
        "spent",
        -598,
        order.number,
        "spendable",
    )
    assert (came["kind"], came["points"]) == ("gift", 1000)
    entries = program(alice).ask("me/points/entries/").json()["results"]
    assert [entry["points"] for entry in entries] == [-598, 1000]


def test_a_check_in_told_twice_is_one(program: ProgramOf) -> None:
    """H5, H6: idempotent for the day, without a key."""
    alice = make_user()
    first, again = (program(alice).tell("me/check-in/", key=None) for _tap in range(2))
    assert first.json() == again.json() == {"day": timezone.localdate().isoformat(), "streak": 1}
    assert program(alice).ask("me/points/").json()["balance"] == 2


def test_alice_reads_her_tier_and_the_ways_up(program: ProgramOf) -> None:
    """B8: and somebody new has the first tier."""
    alice, bob = make_user(), make_user(name="Bob")
    make_standing(alice, "silver")
    mine = program(alice).ask("me/member/").json()
    assert (mine["tier"]["code"], mine["next_tier"]["code"], mine["falls_on"]) == ("silver", "gold", None)
    assert {"kind": "points_multiplier", "value": 11_000, "word": "购物积分 1.1 倍"} in mine["tier"]["benefits"]
    assert {"figure": "spend", "needed": 200_000, "there": 0} in mine["ways"]
    newcomer = program(bob).ask("me/member/").json()
    assert (newcomer["tier"]["code"], newcomer["since"]) == ("basic", None)


def test_a_merchant_sets_member_prices(program: ProgramOf) -> None:
    """B8: set, read, taken away; a price that is none is refused and changes nothing."""
    sku = make_sku(make_merchant())
    olivia = program(owner_of(sku.product.merchant))
    path = f"merchant/products/{sku.product.code}/member-prices/"

    def put(fen: int | None) -> Any:
        body = {"prices": [{"sku": sku.code, "tier": "silver", "unit_price_fen": fen}]}
        return olivia.tell(path, body, method="put")

    set_now = [{"sku": sku.code, "tier": "silver", "unit_price_fen": 100}]
    assert put(100).json() == olivia.ask(path).json() == set_now
    is_problem(put(sku.price_fen), 400, "invalid_field")
    assert MemberPrice.objects.get().unit_price_fen == 100
    assert put(None).json() == []
