"""F5: the balance through the API: paying with it, reading it, and choosing where refunds go."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from orders.models import Order
from payments.models import Payment
from payments.selectors.balance import balance_of
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open, pay
from tests.factories.payouts import give_balance
from tests.fixtures.gateways import NAME, capture
from tests.web.api.conftest import Program, is_problem

ProgramOf = Callable[..., Program]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway", "nothing_broken")]


@pytest.fixture
def order() -> Order:
    """Alice's two boxes for ¥59.80; she has a balance of ¥12.00."""
    order = join_as(make_user(name="Alice"), make_open(), 2)
    give_balance(order.buyer, 1200)
    return order


def payments_of(order: Order) -> str:
    return f"orders/{order.number}/payments/"


def test_a_part_and_the_rest(program: ProgramOf, order: Order) -> None:
    """F5: the same key twice takes the balance once; the address is for the rest."""
    alice = program(order.buyer)
    wanted = {"gateway": NAME, "balance_fen": 1200}
    first = alice.tell(payments_of(order), wanted, key="k")
    assert (first.status_code, first.json()) == (201, alice.tell(payments_of(order), wanted, key="k").json())
    assert set(Payment.objects.values_list("gateway", "amount_fen")) == {(NAME, 4780), ("balance", 1200)}
    capture(Payment.objects.get(gateway=NAME), at=timezone.now())
    assert alice.ask(f"orders/{order.number}/").json()["status"] == "paid"
    wallet = alice.ask("me/wallet/").json()
    assert (wallet["balance_fen"], wallet["refund_to_balance"]) == (0, False)
    spent, came = wallet["movements"]
    assert (spent["kind"], spent["amount_fen"], spent["order"]) == ("spent", -1200, order.number)
    assert (came["kind"], came["amount_fen"], came["order"]) == ("other", 1200, "")


def test_everything_from_the_balance_needs_no_gateway(program: ProgramOf, order: Order) -> None:
    give_balance(order.buyer, 5000)
    alice = program(order.buyer)
    answer = alice.tell(payments_of(order), {"balance_fen": 5980}, key="k")
    assert (answer.status_code, answer.json()["pay_url"]) == (201, "")
    assert alice.tell(payments_of(order), {"balance_fen": 5980}, key="k").json() == answer.json()
    assert balance_of(order.buyer) == 220
    is_problem(alice.tell(payments_of(order), {"balance_fen": 5980}, key="other"), 409, "order_not_payable")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"gateway": NAME, "balance_fen": 1201}, 409, "not_enough_balance"),
        ({"gateway": NAME, "balance_fen": 5981}, 400, "bad_balance_amount"),
        ({"balance_fen": 1200}, 404, "unknown_gateway"),
        ({}, 404, "unknown_gateway"),
    ],
)
def test_what_cannot_be_paid_is_refused_and_takes_nothing(
    program: ProgramOf, order: Order, body: dict, status: int, code: str
) -> None:
    is_problem(program(order.buyer).tell(payments_of(order), body), status, code)
    assert not Payment.objects.exists()
    assert balance_of(order.buyer) == 1200


def test_refunds_go_where_their_owner_says(program: ProgramOf, order: Order) -> None:
    """F5: chosen once and for all, or for this one."""
    alice = program(order.buyer)
    pay(order)
    chosen = alice.tell("me/wallet/", {"refund_to_balance": True}, method="patch")
    assert (chosen.status_code, chosen.json()["refund_to_balance"]) == (200, True)
    cancelled = alice.tell(f"orders/{order.number}/cancel/", {"refund_route": "original"}).json()
    assert [refund["route"] for refund in cancelled["refunds"]] == ["original"]
    second = join_as(order.buyer, order.campaign_order.campaign)
    pay(second)
    cancelled = alice.tell(f"orders/{second.number}/cancel/", {}).json()
    assert [(refund["route"], refund["status"]) for refund in cancelled["refunds"]] == [("balance", "done")]
    assert balance_of(order.buyer) == 1200 + 2990


def test_movements_come_page_by_page(program: ProgramOf, order: Order) -> None:
    for fen in range(1, 25):
        give_balance(order.buyer, fen)
    give_balance(make_user(name="Bob"), 777)
    alice = program(order.buyer)
    first = alice.ask("me/wallet/movements/").json()
    assert [row["amount_fen"] for row in first["results"]] == list(range(24, 4, -1))
    assert len(alice.ask("me/wallet/").json()["movements"]) == 20
