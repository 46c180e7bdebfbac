"""G1 K4: coupons over the API: taken, typed in, chosen at the quote, made and issued by a shop."""

from collections.abc import Callable
from typing import Any

import pytest

from marketing.models import Coupon
from marketing.services.codes import add_word
from orders.models import Order
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, lines_of, make_open
from tests.factories.marketing import give_coupon, make_template
from tests.web.api.conftest import Program, is_problem

ProgramOf = Callable[..., Program]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

PLAN = {"name": "满 20 减 5", "kind": "threshold", "amount_fen": 500, "threshold_fen": 2000, "valid_days": 7}
OPENS = {"opens_at": "2026-01-01T00:00:00Z"}


def test_alice_takes_a_coupon_once_for_each_key(program: ProgramOf) -> None:
    template = make_template(make_merchant(), per_person=2)
    caller = program(make_user(name="Alice"))
    shown = program().ask("coupons/", merchant=template.merchant.code if template.merchant else "").json()["results"]
    assert [(one["code"], one["amount_fen"], one["had"]) for one in shown] == [(template.code, 500, 0)]
    first, again = (caller.tell(f"coupons/{template.code}/claim/", {}, key="a") for _each in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert Coupon.objects.count() == 1
    [mine] = caller.ask("me/coupons/").json()["results"]
    assert (mine["code"], mine["status"], mine["terms"]["name"]) == (first.json()["code"], "claimed", "满 20 减 5")
    assert caller.ask("me/coupons/", show="expired").json()["results"] == []


def test_a_code_is_typed_in_once(program: ProgramOf) -> None:
    template = make_template()
    add_word(template=template, word="HELLO", most_uses=None, actor_id=make_user().pk)
    caller = program(make_user(name="Alice"))
    assert caller.tell("coupons/redeem/", {"code": "hello"}).status_code == 201
    is_problem(caller.tell("coupons/redeem/", {"code": "HELLO"}), 409, "coupon_code_already_redeemed")
    is_problem(caller.tell("coupons/redeem/", {"code": "HALLO"}), 404, "unknown_coupon_code")


def test_a_quote_says_which_coupons_there_are_and_takes_the_chosen_one(program: ProgramOf) -> None:
    """G13: the best by itself, another by its code, none by word; what does not apply says why."""
    campaign, alice = make_open(), make_user(name="Alice")
    small = give_coupon(alice, make_template(campaign.merchant, amount_fen=300))
    large = give_coupon(alice, make_template(campaign.merchant, amount_fen=700))
    give_coupon(alice, make_template(campaign.merchant, threshold_fen=9000))
    caller = program(alice)
    body: dict[str, Any] = {
        "lines": [{"sku": lines_of(campaign, 1)[0].sku, "quantity": 1}],
        "pickup_point": choice_of(campaign).pickup_point,
    }
    path = f"campaigns/{campaign.code}"
    quoted = caller.tell(f"{path}/quote/", body).json()
    assert quoted["payable_fen"] == 2290
    assert [(one["key"], one["applied"], one["saves_fen"], one["reason"]) for one in quoted["offers"]][:2] == [
        (large.code, True, 700, ""),
        (small.code, False, 300, ""),
    ]
    assert quoted["offers"][2]["reason"] == "还差 ¥60.10"
    assert caller.tell(f"{path}/quote/", body | {"choices": {"coupon": "none"}}).json()["payable_fen"] == 2990
    chosen = body | {"choices": {"coupon": small.code}}
    token = caller.tell(f"{path}/quote/", chosen).json()["quote"]
    assert caller.tell(f"{path}/join/", chosen | {"quote": token}, key="k").json()["payable_fen"] == 2690
    assert Coupon.objects.get(pk=small.pk).order == Order.objects.get()
    is_problem(caller.tell(f"{path}/join/", body | {"quote": token}, key="l"), 400, "quote_mismatch")


def test_a_shop_makes_a_coupon_issues_it_and_watches(program: ProgramOf) -> None:
    shop, alice = make_merchant(), make_user(name="Alice")
    caller = program(owner_of(shop))
    made = caller.tell("merchant/coupons/", PLAN | OPENS | {"scopes": [{"kind": "newcomer"}]}).json()
    assert (made["status"], made["scopes"], made["results"]["used"]) == ("active", [{"kind": "newcomer", "key": ""}], 0)
    path = f"merchant/coupons/{made['code']}"
    give = {"audience": "phone", "key": alice.phone}
    assert [caller.tell(f"{path}/issue/", give, key="i").json() for _again in range(2)] == [{"people": 1}] * 2
    assert caller.tell(f"{path}/words/", {"word": "apples"}).json()["text"] == "APPLES"
    assert caller.tell(f"{path}/batches/", {"quantity": 3}, key="b").json()["made"] == 3
    assert len(caller.ask(f"{path}/codes/").json()["results"]) == 4
    cheaper = PLAN | OPENS | {"amount_fen": 100}
    is_problem(caller.put(f"/api/v1/{path}/", cheaper, "application/json"), 400, "coupon_terms_fixed")
    assert caller.tell(f"{path}/stop/", {}).json()["status"] == "stopped"
    is_problem(caller.tell(f"{path}/words/", {"word": "again"}), 409, "coupon_stopped")


def test_a_plan_that_makes_no_sense_is_a_400_with_its_field(program: ProgramOf) -> None:
    caller = program(owner_of(make_merchant()))
    problem = is_problem(caller.tell("merchant/coupons/", PLAN | OPENS | {"amount_fen": 0}), 400, "invalid_field")
    assert "amount_fen" in str(problem)
