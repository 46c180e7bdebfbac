"""F3: the sandbox's bill of a day, over real HTTP, right and with mistakes."""

import datetime as dt

import pytest
from django.utils import timezone

from common.clock import day_of, start_of
from payments.errors import GatewayUnavailable
from payments.gateways.base import BillLine
from payments.gateways.sandbox import SandboxGateway
from payments.sandbox.models import SandboxFault, SandboxPayment, SandboxRefund
from payments.sandbox.services import bills
from payments.states import BillLineKind, PaymentStatus, RefundStatus

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)
YESTERDAY = day_of(timezone.now()) - dt.timedelta(days=1)
MIDNIGHT = start_of(YESTERDAY)


def paid(number: str, *, at: dt.datetime = MIDNIGHT + HOUR, **changes: object) -> SandboxPayment:
    """A payment in the sandbox's books."""
    known = {
        "number": number,
        "gateway_number": f"S-{number}",
        "amount_fen": 2990,
        "status": "paid",
        "created_at": at,
        "expires_at": at + HOUR,
        "paid_at": at,
    }
    return SandboxPayment.objects.create(**known | changes)


def given_back(number: str, payment: SandboxPayment, **changes: object) -> SandboxRefund:
    """A refund in the sandbox's books."""
    known = {"amount_fen": 400, "status": "done", "accepted_at": MIDNIGHT + 2 * HOUR}
    return SandboxRefund.objects.create(number=number, payment=payment, **known | changes)


def read() -> list[BillLine]:
    return list(SandboxGateway().read_bill(YESTERDAY))


def test_the_bill_tells_what_moved_on_that_day_in_shanghai_and_nothing_else(sandbox_server):
    last_instant = MIDNIGHT + 24 * HOUR - dt.timedelta(microseconds=1)
    first, last = paid("P1", at=MIDNIGHT), paid("P2", at=last_instant)
    paid("P0", at=MIDNIGHT - dt.timedelta(microseconds=1))
    paid("P3", at=MIDNIGHT + 24 * HOUR)
    paid("P4", status="waiting")
    given_back("R1", first)
    given_back("R2", last, accepted_at=MIDNIGHT - HOUR)
    captured = PaymentStatus.CAPTURED
    assert read() == [
        BillLine(BillLineKind.PAYMENT, "P1", "S-P1", 2990, captured, MIDNIGHT),
        BillLine(BillLineKind.PAYMENT, "P2", "S-P2", 2990, captured, last_instant),
        BillLine(BillLineKind.REFUND, "R1", "S-P1", 400, RefundStatus.DONE, MIDNIGHT + 2 * HOUR),
    ]


def test_a_refund_stands_on_the_bill_as_it_is_by_now(sandbox_server):
    payment = paid("P1", at=MIDNIGHT - HOUR)
    given_back("R1", payment, status="processing", finishes_at=MIDNIGHT + 3 * HOUR)
    given_back("R2", payment, status="processing", finishes_at=timezone.now() + HOUR)
    given_back("R3", payment, status="abnormal")
    assert [(line.number, line.status) for line in read()] == [
        ("R1", RefundStatus.DONE),
        ("R2", RefundStatus.PROCESSING),
        ("R3", RefundStatus.ABNORMAL),
    ]


def test_a_long_bill_comes_in_pages(sandbox_server, monkeypatch):
    monkeypatch.setattr(bills, "PAGE", 3)
    for number in range(7):
        paid(f"P{number}", at=MIDNIGHT + number * HOUR)
    assert [line.number for line in read()] == [f"P{number}" for number in range(7)]


def test_before_the_day_is_over_there_is_no_bill(sandbox_server):
    with pytest.raises(GatewayUnavailable):
        list(SandboxGateway().read_bill(day_of(timezone.now())))


def test_a_bill_that_is_late_is_there_the_next_time(sandbox_server):
    paid("P1")
    sandbox_server.script({"kind": "bill_late"})
    with pytest.raises(GatewayUnavailable):
        read()
    assert len(read()) == 1


MISTAKES = {
    "bill_missing": [("P2", 2990, "captured")],
    "bill_foreign": [("P1", 2990, "captured"), ("XP1", 2990, "captured"), ("P2", 2990, "captured")],
    "bill_amount": [("P1", 2991, "captured"), ("P2", 2990, "captured")],
    "bill_status": [("P1", 2990, "failed"), ("P2", 2990, "captured")],
    "bill_double": [("P1", 2990, "captured"), ("P1", 2990, "captured"), ("P2", 2990, "captured")],
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_made_where_it_was_ordered_and_every_time(sandbox_server, kind):
    paid("P1")
    paid("P2")
    sandbox_server.script({"kind": kind, "number": "P1"})
    for _reading in range(2):
        assert [(line.number, line.amount_fen, line.status) for line in read()] == MISTAKES[kind]


def test_mistakes_by_percent_are_the_same_for_the_same_seed():
    for number in range(60):
        paid(f"P{number}")

    def missing(seed: str) -> set[str]:
        SandboxFault.objects.all().delete()
        SandboxFault.objects.create(kind="bill_missing", times=1000, percent=20, seed=seed)
        there = {line["number"] for line in bills.lines(YESTERDAY, now=timezone.now())}
        return {f"P{number}" for number in range(60)} - there

    assert missing("7") == missing("7") != missing("8")
    assert 3 <= len(missing("7")) <= 25
