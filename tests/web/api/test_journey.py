"""From a phone number to an order, over HTTP alone."""

import re
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from campaigns.models import Campaign
from orders.models import Order, PriceLine
from payments.gateways.base import GatewayPayment
from payments.models import Payment
from tests.factories.accounts import make_user
from tests.factories.campaigns import choice_of, join_as, make_open
from tests.fixtures.gateways import NAME, ScriptedGateway, capture
from tests.fixtures.sandbox import Sandbox, sandbox_server
from tests.web.api.conftest import Program, is_problem

__all__ = ["sandbox_server"]

ProgramOf = Callable[..., Program]
PHONE = "13811112222"


def join_body(campaign: Campaign, quantity: int = 2) -> dict:
    sku = campaign.skus.get().sku
    return {"lines": [{"sku": sku.code, "quantity": quantity}], "pickup_point": choice_of(campaign).pickup_point}


@pytest.mark.django_db
def test_alice_registers_joins_pays_and_sees_her_order(
    program: ProgramOf, gateway: object, nothing_broken: None
) -> None:
    """A1, C1, D1, F1, K4: the promised paths, one after the other."""
    campaign = make_open()
    visitor = program()
    assert visitor.tell("auth/sms-codes/", {"phone": PHONE, "purpose": "register"}).status_code == 202
    text = visitor.ask(f"sandbox/sms/{PHONE}/").json()["text"]
    code = re.search(r"\d{6}", text)
    assert code
    registered = visitor.tell(
        "auth/register/", {"phone": PHONE, "code": code[0], "password": "melons-at-noon", "name": "Alice"}
    )
    assert registered.status_code == 201
    assert registered.json()["user"]["phone"] == PHONE
    alice = Program()
    alice.defaults["HTTP_AUTHORIZATION"] = f"Token {registered.json()['token']}"

    quote = alice.tell(f"campaigns/{campaign.code}/quote/", join_body(campaign)).json()
    assert quote["payable_fen"] == 5980
    joined = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign) | {"quote": quote["quote"]})
    assert joined.status_code == 201
    order = joined.json()
    assert (order["status"], order["payable_fen"]) == ("pending_payment", 5980)
    assert [(line["quantity"], line["unit_price_fen"]) for line in order["lines"]] == [(2, 2990)]
    assert order["expires_at"]

    paying = alice.tell(f"orders/{order['number']}/payments/", {"gateway": NAME})
    assert paying.status_code == 201
    payment = Payment.objects.get(number=paying.json()["number"])
    assert paying.json()["pay_url"] == f"https://gateway.test/{payment.number}"
    capture(payment, at=payment.created_at)

    shown = alice.ask(f"orders/{order['number']}/").json()
    assert (shown["status"], shown["campaign"]) == ("paid", campaign.code)
    assert [step["state"] for step in shown["timeline"]] == ["pending_payment", "paid"]
    assert sum(line["amount_fen"] for line in shown["price_lines"]) == 5980
    assert alice.ask("orders/").json()["results"][0]["number"] == order["number"]
    seen = alice.ask(f"campaigns/{campaign.code}/").json()
    assert (seen["progress"]["pieces"], seen["my_pieces"], seen["my_orders"]) == (2, 2, [order["number"]])
    assert seen["next_tier"] == {"missing": 1, "price_fen": 2990}


@pytest.mark.django_db
def test_the_steps_of_a_price_come_in_their_order(program: ProgramOf) -> None:
    """D1: wherever the database keeps them."""
    order = join_as(make_user(), make_open())
    first, second = order.price_lines.order_by("position")
    for step, position in ((second, 20), (first, 10)):
        PriceLine.objects.filter(pk=step.pk).update(position=position)
    shown = program(order.buyer).ask(f"orders/{order.number}/").json()
    assert [line["code"] for line in shown["price_lines"]] == [first.code, second.code]


@pytest.mark.django_db
def test_alice_signs_in_by_password_and_out_again(program: ProgramOf) -> None:
    """A3: after signing out her token opens nothing."""
    make_user(PHONE, name="Alice")
    signed_in = program().tell("auth/login/", {"phone": PHONE, "password": "melons-at-noon"}).json()
    alice = Program()
    alice.defaults["HTTP_AUTHORIZATION"] = f"Token {signed_in['token']}"
    assert alice.ask("me/").json()["name"] == "Alice"
    assert alice.tell("auth/logout/").status_code == 204
    is_problem(alice.ask("me/"), 401, "authentication_failed")


@pytest.mark.django_db
def test_a_wrong_password_says_how_many_tries_are_left(program: ProgramOf) -> None:
    make_user(PHONE)
    problem = is_problem(program().tell("auth/login/", {"phone": PHONE, "password": "guess"}), 400, "wrong_password")
    assert problem["params"] == {"tries_left": 4}


@pytest.mark.django_db
def test_alice_leaves_and_gets_everything_back(program: ProgramOf, gateway: object, nothing_broken: None) -> None:
    """C6, D2: cancelling a paid order before the campaign closes."""
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    order = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()
    paying = alice.tell(f"orders/{order['number']}/payments/", {"gateway": NAME}).json()
    payment = Payment.objects.get(number=paying["number"])
    capture(payment, at=payment.created_at)
    cancelled = alice.tell(f"orders/{order['number']}/cancel/")
    assert cancelled.status_code == 200
    shown = cancelled.json()
    assert (shown["status"], shown["cancel_reason"]) == ("cancelled", "left")
    assert [(refund["kind"], refund["amount_fen"]) for refund in shown["refunds"]] == [("left", 5980)]


@pytest.mark.django_db
def test_alice_cancels_while_her_payment_is_open(
    program: ProgramOf, gateway: type[ScriptedGateway], nothing_broken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D2: it is closed at its gateway first, outside of the transaction that keeps the answer; not while she is typing
    her password, and not without an answer."""
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    order = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()
    number = alice.tell(f"orders/{order['number']}/payments/", {"gateway": NAME}).json()["number"]
    outside = len(connection.savepoint_ids)
    close = gateway.close

    def close_outside(self: ScriptedGateway, payment: Payment) -> GatewayPayment:
        assert len(connection.savepoint_ids) == outside
        return close(self, payment)

    monkeypatch.setattr(gateway, "close", close_outside)
    path = f"orders/{order['number']}/cancel/"
    gateway.paying.add(number)
    is_problem(alice.tell(path, key="k"), 409, "payment_under_way")
    gateway.silent = True
    is_problem(alice.tell(path, key="k"), 503, "gateway_unavailable")
    gateway.silent = False
    gateway.paying.clear()
    assert alice.tell(path, key="k").json()["status"] == "cancelled"
    assert alice.tell(path, key="k").json()["status"] == "cancelled"
    assert Payment.objects.get().status == "closed"


@pytest.mark.django_db
def test_a_silent_gateway_leaves_the_payment_for_later(program: ProgramOf, gateway: type[ScriptedGateway]) -> None:
    """F1: 503 without a second payment; the same key tries the same payment again."""
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    order = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()
    path = f"orders/{order['number']}/payments/"
    gateway.silent = True
    is_problem(alice.tell(path, {"gateway": NAME}, key="k"), 503, "gateway_unavailable")
    gateway.silent = False
    answer = alice.tell(path, {"gateway": NAME}, key="k")
    assert answer.status_code == 201
    assert [payment.number for payment in Payment.objects.all()] == [answer.json()["number"]]


@pytest.mark.django_db
def test_nobody_sees_anothers_order(program: ProgramOf) -> None:
    """A5: Bob cannot tell Alice's order from one that does not exist."""
    campaign = make_open()
    alice, bob = program(make_user(name="Alice")), program(make_user(name="Bob"))
    number = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()["number"]
    is_problem(bob.ask(f"orders/{number}/"), 404, "unknown_order")
    is_problem(bob.tell(f"orders/{number}/cancel/"), 404, "unknown_order")
    is_problem(bob.tell(f"orders/{number}/payments/", {"gateway": NAME}), 404, "unknown_order")
    assert Order.objects.get().status == "pending_payment"
    assert User.objects.filter(orders__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_alice_pays_at_the_sandbox_and_the_demo_bank_does_as_told(
    program: ProgramOf, sandbox_server: Sandbox, nothing_broken: None
) -> None:
    """F1, K1: the whole walk with the built-in gateway and its signed messages."""
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    number = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()["number"]
    paying = alice.tell(f"orders/{number}/payments/", {"gateway": "sandbox"}).json()
    assert paying["pay_url"].startswith(sandbox_server.url)
    assert program().tell(f"sandbox/payments/{paying['number']}/duplicate/").status_code == 202
    sandbox_server.wait_for(lambda: alice.ask(f"orders/{number}/").json()["status"] == "paid")
    assert alice.ask(f"payments/{paying['number']}/").json()["applied"] is True


@pytest.mark.django_db(transaction=True)
def test_a_lost_message_is_found_by_asking(program: ProgramOf, sandbox_server: Sandbox, nothing_broken: None) -> None:
    """F1: nobody told us, so we ask."""
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    number = alice.tell(f"campaigns/{campaign.code}/join/", join_body(campaign)).json()["number"]
    paying = alice.tell(f"orders/{number}/payments/", {"gateway": "sandbox"}).json()
    assert program().tell(f"sandbox/payments/{paying['number']}/lose/").status_code == 202
    assert alice.tell(f"payments/{paying['number']}/check/").json()["status"] == "captured"
    assert alice.ask(f"orders/{number}/").json()["status"] == "paid"
