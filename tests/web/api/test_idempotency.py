"""The same request twice has one effect and one answer, over HTTP."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from campaigns.models import Campaign
from campaigns.services.joining import join
from catalog.models import Allotment, Product, Stock
from common.calls import FLUSH
from common.cleaning import clean
from common.models import IdempotencyKey
from orders.models import Order
from payments.models import Payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, join_as, make_open
from tests.factories.catalog import make_sku
from tests.fixtures.gateways import NAME
from tests.guards import replaced
from tests.parallel import at_once
from tests.web.api.conftest import Program, is_problem
from tests.web.api.test_access import api_routes

ProgramOf = Callable[..., Program]

MOVERS = {
    "me/withdrawals/",
    "me/withdrawals/<document_number:number>/cancel/",
    "merchant/withdrawals/",
    "merchant/withdrawals/<document_number:number>/cancel/",
    "campaigns/<public_code:code>/join/",
    "orders/<document_number:number>/cancel/",
    "orders/<document_number:number>/payments/",
    "orders/<document_number:number>/refunds/",
    "merchant/orders/<document_number:number>/refunds/",
    "coupons/<public_code:code>/claim/",
    "merchant/coupons/<public_code:code>/issue/",
    "merchant/coupons/<public_code:code>/batches/",
    "merchant/skus/<public_code:code>/stock/",
    "merchant/campaigns/<public_code:code>/cancel/",
}


def body_of(campaign: Campaign, quantity: int = 1) -> dict:
    line = {"sku": campaign.skus.get().sku.code, "quantity": quantity}
    return {"lines": [line], "pickup_point": choice_of(campaign).pickup_point}


def test_exactly_these_routes_move_money_or_stock() -> None:
    assert get_resolver() is not None
    movers = {path for path, view in api_routes() if getattr(view, "moves_money_or_stock", ())}
    assert movers == MOVERS


@pytest.mark.django_db
@pytest.mark.parametrize("key", [None, " ", "x" * 101, "schlüssel", "a b"])
def test_without_a_key_nothing_moves(program: ProgramOf, key: str | None) -> None:
    campaign = make_open()
    answer = program(make_user()).tell(f"campaigns/{campaign.code}/join/", body_of(campaign), key=key)
    is_problem(answer, 400, "idempotency_key_missing")
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_joining_twice_with_one_key_is_one_order_and_one_answer(program: ProgramOf, nothing_broken: None) -> None:
    campaign = make_open()
    alice = program(make_user())
    path = f"campaigns/{campaign.code}/join/"
    first = alice.tell(path, body_of(campaign), key="k")
    again = alice.tell(path, body_of(campaign), key="k")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_what_a_merchant_calls_its_goods_is_answered_as_it_is(program: ProgramOf) -> None:
    """An answer is kept before its order has a number: only the place of the number is filled in."""
    campaign = make_open()
    Product.objects.update(name="梨 {number}")
    alice = program(make_user())
    answers = [alice.tell(f"campaigns/{campaign.code}/join/", body_of(campaign), key="k").json() for _twice in range(2)]
    order = Order.objects.get()
    assert [(answer["number"], answer["lines"][0]["product_name"]) for answer in answers] == [
        (order.number, "梨 {number}")
    ] * 2


@pytest.mark.django_db
def test_a_repeat_is_answered_only_once_the_first_is_on_disk(program: ProgramOf) -> None:
    """Reliability 2, ADR 17: the first may have let go of its rows before the disk answered."""
    campaign = make_open()
    alice = program(make_user())
    path = f"campaigns/{campaign.code}/join/"
    alice.tell(path, body_of(campaign), key="k")
    with CaptureQueriesContext(connection) as asked:
        assert alice.tell(path, body_of(campaign), key="k").status_code == 201
    statements = [query["sql"] for query in asked]
    read = next(index for index, sql in enumerate(statements) if 'FROM "common_idempotencykey"' in sql)
    assert any(sql.startswith(FLUSH) for sql in statements[:read])


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_422_and_does_nothing(program: ProgramOf) -> None:
    campaign = make_open()
    alice = program(make_user())
    path = f"campaigns/{campaign.code}/join/"
    alice.tell(path, body_of(campaign, 1), key="k")
    is_problem(alice.tell(path, body_of(campaign, 2), key="k"), 422, "idempotency_key_reused")
    assert [line.quantity for order in Order.objects.all() for line in order.lines.all()] == [1]


@pytest.mark.django_db
def test_a_refusal_is_an_answer_and_stays_one(program: ProgramOf) -> None:
    """The sold-out answer is repeated even when pieces are free again; a new key asks anew."""
    campaign = make_open(quantity=3)
    bobs_order = join_as(make_user(name="Bob"), campaign, 3)
    alice = program(make_user(name="Alice"))
    path = f"campaigns/{campaign.code}/join/"
    first = is_problem(alice.tell(path, body_of(campaign), key="k"), 409, "sold_out")
    assert program(bobs_order.buyer).tell(f"orders/{bobs_order.number}/cancel/").status_code == 200
    assert is_problem(alice.tell(path, body_of(campaign), key="k"), 409, "sold_out") == first
    assert alice.tell(path, body_of(campaign), key="k2").status_code == 201


@pytest.mark.django_db
def test_a_mistyped_body_does_not_use_the_key_up(program: ProgramOf) -> None:
    campaign = make_open()
    alice = program(make_user())
    path = f"campaigns/{campaign.code}/join/"
    is_problem(alice.tell(path, body_of(campaign, 0), key="k"), 400, "invalid")
    assert alice.tell(path, body_of(campaign, 1), key="k").status_code == 201


@pytest.mark.django_db
def test_two_people_may_choose_the_same_key(program: ProgramOf) -> None:
    campaign = make_open()
    path = f"campaigns/{campaign.code}/join/"
    answers = [program(make_user(name=name)).tell(path, body_of(campaign), key="k") for name in ("Alice", "Bob")]
    assert answers[0].json()["number"] != answers[1].json()["number"]


@pytest.mark.django_db
def test_paying_twice_with_one_key_is_one_payment(program: ProgramOf, gateway: object) -> None:
    campaign = make_open()
    alice = make_user()
    order = join_as(alice, campaign)
    path = f"orders/{order.number}/payments/"
    answers = [program(alice).tell(path, {"gateway": NAME}, key="k") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_taking_stock_in_twice_with_one_key_counts_once(program: ProgramOf) -> None:
    merchant = make_merchant()
    sku = make_sku(merchant, stock=100)
    owner = program(owner_of(merchant))
    for _ in range(2):
        answer = owner.tell(f"merchant/skus/{sku.code}/stock/", {"quantity": 7, "reason": "到货"}, key="k")
        assert answer.json()["available"] == 107
    assert Stock.objects.get(pk=sku.pk).available == 107


LOOK_FIRST = """
CREATE OR REPLACE FUNCTION common_remember(request jsonb, document text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mine constant bigint := (request->>'actor_id')::bigint;
BEGIN
    IF EXISTS (SELECT FROM common_idempotencykey WHERE actor_id = mine AND key = request->>'key') THEN
        PERFORM common_refuse('repeated');
    END IF;
    PERFORM test_meet();
END $$;
"""


def fail_before_all(**asked: Any) -> Order:
    raise RuntimeError("the power went out")


def join_after_all_then_fail(**asked: Any) -> Order:
    join(**asked)
    raise RuntimeError("the power went out")


@pytest.mark.django_db
@pytest.mark.parametrize(("trouble_at", "there_are"), [(fail_before_all, (0, 0)), (join_after_all_then_fail, (1, 1))])
def test_a_failure_of_ours_is_never_the_answer_and_the_repeat_works(
    program: ProgramOf,
    monkeypatch: pytest.MonkeyPatch,
    trouble_at: Callable[..., Order],
    there_are: tuple[int, int],
    nothing_broken: None,
) -> None:
    """Reliability 2: a 5xx is never frozen. There is the order with its key and its answer, or there is neither."""
    campaign = make_open()
    alice = program(make_user())
    alice.raise_request_exception = False
    path = f"campaigns/{campaign.code}/join/"
    with monkeypatch.context() as trouble:
        trouble.setattr("web.api.campaigns.join", trouble_at)
        assert alice.tell(path, body_of(campaign), key="k").status_code == 500
    assert (Order.objects.count(), IdempotencyKey.objects.count()) == there_are
    assert alice.tell(path, body_of(campaign), key="k").status_code == 201
    assert (Order.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_after_seven_days_the_key_is_forgotten_and_not_before(program: ProgramOf) -> None:
    """Reliability 2: kept for seven days, then free again."""
    campaign = make_open()
    alice = program(make_user())
    path = f"campaigns/{campaign.code}/join/"
    first = alice.tell(path, body_of(campaign), key="k").json()
    kept_at = IdempotencyKey.objects.get().created_at
    clean(now=kept_at + dt.timedelta(days=7))
    assert alice.tell(path, body_of(campaign), key="k").json() == first
    clean(now=kept_at + dt.timedelta(days=7, seconds=1))
    assert alice.tell(path, body_of(campaign), key="k").json()["number"] != first["number"]


def answers_of(sender: Program, path: str, body: dict, *, times: int) -> Counter[tuple[int, str]]:
    """The same request, sent so many times in the same instant: how often which answer came, to the letter."""

    def send(_turn: int) -> tuple[int, str]:
        answer = sender.tell(path, body, key="k")
        return answer.status_code, answer.content.decode()

    return Counter(at_once(times, send))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_repeats_are_one_order_and_one_answer(program: ProgramOf, nothing_broken: None) -> None:
    """Reliability 2: each gets the one answer to the letter, or is told that the first is still running."""
    campaign = make_open()
    answers = answers_of(program(make_user()), f"campaigns/{campaign.code}/join/", body_of(campaign), times=50)
    assert answers.total() == 50
    number = Order.objects.get().number
    done = [json.loads(body) for status, body in answers if status == 201]
    assert [body["number"] for body in done] == [number]
    assert {status for status, _body in answers} <= {201, 409}
    assert {json.loads(body)["code"] for status, body in answers if status == 409} <= {"request_in_progress"}
    assert Allotment.objects.get().reserved == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_two_parallel_repeats_are_two_orders(program: ProgramOf) -> None:
    """The same requests, when each looks for the key first and writes it down afterwards."""
    campaign = make_open()
    with replaced("common/sql/remember.sql", LOOK_FIRST):
        answers = answers_of(program(make_user()), f"campaigns/{campaign.code}/join/", body_of(campaign), times=2)
    assert [status for status, _body in answers] == [201, 201]
    assert (Order.objects.count(), Allotment.objects.get().reserved) == (2, 2)
