"""Never told, paid twice, paid late: with the sandbox gateway as a real server, to the fen, by the sweeps alone."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone

from common.models import Transition
from orders.models import Order
from orders.services.ending import expire_due
from orders.services.paying import start_payment
from payments.models import Payment, Refund
from payments.selectors.ledger import Money, money_of
from payments.services.querying import query_overdue
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus, RefundStatus
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.fixtures.gateways import NAME, PATH, ScriptedGateway, capture
from tests.fixtures.sandbox import Sandbox, sandbox_server

__all__ = ["sandbox_server"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sandbox_server", "nothing_broken")]
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
# As the timetable of the workers has it.
BETWEEN_SWEEPS = 20 * SECOND


@pytest.fixture
def order(sandbox_server: Sandbox) -> Order:
    """Alice's, ¥59.80, waiting for its money."""
    return join_as(make_user(name="Alice"), make_open(), 2, now=timezone.now())


def begin(order: Order, gateway: str = "sandbox") -> Payment:
    payment = start_payment(order=order, gateway=gateway, now=order.placed_at)
    open_at_gateway(payment=payment, now=order.placed_at, return_url=configured.SITE_URL)
    return payment


def status_of(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).status


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


@pytest.mark.parametrize("paid_after", [0, 19, 61])
def test_a_payment_nobody_told_us_of_is_found_within_two_minutes(
    order: Order, sandbox_server: Sandbox, paid_after: int
) -> None:
    """Never told: Alice pays so many seconds after she began, the message is lost; the sweep that runs every twenty
    seconds has her order paid within two minutes."""
    payment = begin(order)
    sweeps = range(0, 300, int(BETWEEN_SWEEPS / SECOND))
    pays_before = next(after for after in sweeps if after >= paid_after)
    for after in sweeps:
        if after == pays_before:
            sandbox_server.lose(payment)
        query_overdue(now=order.placed_at + after * SECOND)
        if state_of(order) == "paid":
            break
    assert (state_of(order), after - paid_after <= 120) == ("paid", True)
    assert money_of("order", [order.number]) == Money(captured_fen=5980, held_fen=5980)
    assert Transition.objects.filter(entity="orders.order", object_id=order.pk, to_state="paid").count() == 1


def _back(order: Order) -> list[tuple[str, int, str]]:
    refunds = Refund.objects.filter(payment__subject_number=order.number)
    return list(refunds.values_list("kind", "amount_fen", "status"))


def test_paid_twice_in_one_channel_one_is_applied_and_the_other_comes_back(
    order: Order, sandbox_server: Sandbox
) -> None:
    """Paid twice: her bank said no to the first, the second paid, and then the first came through after all."""
    first = begin(order)
    sandbox_server.fail(first)
    sandbox_server.wait_for(lambda: status_of(first) == PaymentStatus.FAILED)
    second = begin(order)
    sandbox_server.succeed(second)
    sandbox_server.wait_for(lambda: status_of(second) == PaymentStatus.CAPTURED)
    sandbox_server.succeed(first)
    sandbox_server.wait_for(lambda: status_of(first) == PaymentStatus.CAPTURED)

    assert _back(order) == [("duplicate", 5980, RefundStatus.REQUESTED)]
    assert Refund.objects.get().payment == first
    send_due(now=timezone.now() + MINUTE)
    assert _back(order) == [("duplicate", 5980, RefundStatus.DONE)]
    assert state_of(order) == "paid"
    assert money_of("order", [order.number]) == Money(captured_fen=11960, refunded_fen=5980, held_fen=5980)


def test_paid_in_both_channels_one_is_applied_and_the_other_comes_back_to_its_own(
    order: Order, sandbox_server: Sandbox, settings: Any
) -> None:
    """Paid twice: at the sandbox and at another gateway; the second to arrive goes back where it came from."""
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {NAME: PATH}
    ScriptedGateway.reset()
    first = begin(order)
    sandbox_server.fail(first)
    sandbox_server.wait_for(lambda: status_of(first) == PaymentStatus.FAILED)
    second = begin(order, NAME)
    sandbox_server.succeed(first)
    sandbox_server.wait_for(lambda: status_of(first) == PaymentStatus.CAPTURED)
    capture(second, at=timezone.now())

    assert _back(order) == [("duplicate", 5980, RefundStatus.REQUESTED)]
    send_due(now=timezone.now() + MINUTE)
    assert _back(order) == [("duplicate", 5980, RefundStatus.DONE)]
    assert ScriptedGateway.refunded == {Refund.objects.get().number: 5980}
    assert [payment.applied for payment in Payment.objects.order_by("pk")] == [True, False]
    assert money_of("order", [order.number]) == Money(captured_fen=11960, refunded_fen=5980, held_fen=5980)


def test_paid_late_all_of_it_comes_back_as_late(order: Order, sandbox_server: Sandbox) -> None:
    """Paid late: by the gateway's clock a second after the deadline; the order expires, the money returns by itself."""
    payment = begin(order)
    sandbox_server.lose(payment, paid_at=(order.pay_by + SECOND).isoformat())
    expire_due(now=order.pay_by + MINUTE)

    assert state_of(order) == "expired"
    assert _back(order) == [("late", 5980, RefundStatus.REQUESTED)]
    send_due(now=order.pay_by + 2 * MINUTE)
    assert _back(order) == [("late", 5980, RefundStatus.DONE)]
    assert money_of("order", [order.number]) == Money(captured_fen=5980, refunded_fen=5980)
