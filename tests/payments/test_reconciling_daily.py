"""F3: every day of every gateway is reconciled, whoever slept at half past ten; and the command that does one day."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.clock import day_of, start_of
from common.models import Alert
from payments.models import Payment, ReconciliationCase, ReconciliationRun
from payments.selectors.reconciliation import due_days
from payments.services.reconciling import deciding, reading
from payments.services.reconciling.sweeping import reconcile_due
from payments.services.starting import open_at_gateway
from payments.tasks import reconcile_bills
from tests.factories.payments import make_captured, make_payer, make_payment
from tests.payments.test_reconciling import A_DAY, DAY, MORNING, paid_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def one_gateway(gateway, settings) -> None:
    """The sandbox alone."""
    settings.PAYMENT_GATEWAYS = {"sandbox": "tests.factories.payments.current_fake_gateway"}


def due(now: dt.datetime) -> list[dt.date]:
    return [day for _gateway, day in due_days(["sandbox"], now=now)]


def test_yesterdays_bill_is_due_from_half_past_ten_in_shanghai():
    assert due(MORNING)[-1] == DAY
    assert due(MORNING - MINUTE)[-1] == DAY - A_DAY
    assert len(due(MORNING)) == len(due(MORNING - MINUTE)) == 7


def test_a_morning_that_nobody_was_awake_for_is_made_up(gateway):
    """A beat that was down: the next sweep reads what is missing, the oldest first, each day once."""
    reconcile_due(now=MORNING - 3 * A_DAY)
    gateway.calls.clear()
    assert reconcile_due(now=MORNING) == 3
    days = [(DAY - ago * A_DAY).isoformat() for ago in (2, 1, 0)]
    assert gateway.calls == [("read_bill", day) for day in days]
    assert reconcile_due(now=MORNING + MINUTE) == 0
    assert ReconciliationRun.objects.count() == 10


def test_every_gateway_is_asked_and_one_in_trouble_holds_up_no_other(gateway, settings):
    settings.PAYMENT_GATEWAYS = {"broken": "payments.gateways.nowhere", **settings.PAYMENT_GATEWAYS}
    assert reconcile_due(now=MORNING) == 7
    assert set(ReconciliationRun.objects.values_list("gateway", flat=True)) == {"sandbox"}
    assert Alert.objects.filter(kind="bill_unread", closed_at__isnull=True).count() == 7
    assert Alert.objects.filter(subject=f"bill:broken {DAY}").exists()


def test_a_bill_that_is_late_is_fetched_ten_minutes_later(gateway):
    payment = make_captured()
    gateway.bills[DAY] = [paid_line(payment)]
    gateway.silent = True
    assert reconcile_due(now=MORNING) == 0
    gateway.silent = False
    assert reconcile_due(now=MORNING + 9 * MINUTE) == 0
    assert reconcile_due(now=MORNING + 10 * MINUTE) == 3
    assert not ReconciliationCase.objects.exists()
    assert not Alert.objects.exists()


def test_a_bill_that_is_days_late_is_asked_for_less_often(gateway):
    gateway.silent = True
    reconcile_due(now=MORNING)
    waits = {run.day: run.due_at - MORNING for run in ReconciliationRun.objects.all()}
    assert (waits[DAY], waits[DAY - 2 * A_DAY]) == (10 * MINUTE, 10 * MINUTE)
    assert waits[DAY - 3 * A_DAY] == dt.timedelta(hours=6)


def test_a_reading_that_died_is_taken_up_after_its_lease(gateway):
    reading._claim("sandbox", DAY, now=MORNING)
    assert DAY not in due(MORNING + 9 * MINUTE)
    assert due(MORNING + 10 * MINUTE)[-1] == DAY
    assert reconcile_due(now=MORNING + 10 * MINUTE) == 7


def test_a_fault_of_ours_is_told_until_the_bill_is_read(gateway, monkeypatch):
    def broken(day: dt.date) -> None:
        raise LookupError("no such column")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "read_bill", broken)
        reconcile_due(now=MORNING)
    alert = Alert.objects.get(subject=f"bill:sandbox {DAY}")
    assert (alert.kind, alert.detail, alert.closed_at) == ("bill_unread", {"error": "LookupError"}, None)
    reading.reconcile(gateway="sandbox", day=DAY, now=MORNING + MINUTE)
    alert.refresh_from_db()
    assert alert.closed_at == MORNING + MINUTE


def test_the_sweep_asks_again_about_what_stayed_silent(gateway, office, monkeypatch):
    """A worker that died between finding and repairing: the next sweep repairs."""
    payment = make_payment()
    gateway.pay(payment)
    gateway.bills[DAY] = [paid_line(payment)]
    with monkeypatch.context() as patched:
        patched.setattr(reading, "replay_run", lambda *, run, now: run)
        reading.reconcile(gateway="sandbox", day=DAY, now=MORNING)
    assert office.captured == []
    reconcile_due(now=MORNING)
    assert office.captured == [payment.number]
    assert ReconciliationCase.objects.get().status == "repaired"


def test_a_bill_that_somebody_wants_read_again_is_read_once_more(gateway):
    reconcile_due(now=MORNING)
    run = ReconciliationRun.objects.get(day=DAY)
    deciding.read_again(run=run, actor_id=make_payer("Olga").pk, now=MORNING + MINUTE)
    assert due(MORNING + MINUTE) == [DAY]
    assert reconcile_due(now=MORNING + MINUTE) == 1
    assert due(MORNING + 2 * MINUTE) == []


@pytest.mark.django_db(transaction=True)
def test_the_task_does_what_is_due_and_a_second_one_nothing(gateway):
    reconcile_bills()
    asked = len(gateway.calls)
    reconcile_bills()
    assert (asked, len(gateway.calls)) == (7, 7)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_found(gateway, capsys):
    fine, lost, unbilled = make_captured(), make_payment(), make_captured()
    gateway.pay(lost)
    gateway.bills[DAY] = [paid_line(fine), paid_line(lost), paid_line(fine, number="P-nobody")]
    call_command("reconcile", date=DAY)
    first, *cases = capsys.readouterr().out.splitlines()
    assert first == ("sandbox 2026-11-20: 3 lines, 2 match; ¥89.70 came, ¥0.00 went back; 2 differences, 1 repaired")
    assert cases == [
        "  missing_here payment P-nobody: they say 2990 fen captured, we say nothing",
        f"  missing_there payment {unbilled.number}: they say nothing, we say 2990 fen captured",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_command_takes_yesterday_and_one_gateway_and_fails_when_there_is_no_bill(gateway, capsys):
    call_command("reconcile", gateway="sandbox")
    run = ReconciliationRun.objects.get()
    assert run.day == day_of(timezone.now()) - A_DAY
    gateway.silent = True
    with pytest.raises(CommandError, match="not reconciled: sandbox"):
        call_command("reconcile")
    assert f"sandbox {run.day}: gateway_unavailable" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not reconciled: barter"):
        call_command("reconcile", gateway="barter")
    with pytest.raises(CommandError):
        call_command("reconcile", date=day_of(timezone.now()))
    assert ReconciliationRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_breaks_of_the_sandbox_are_found_over_http(sandbox_server, capsys, office):
    """F3: through the real server, seeded by script: five of five, a lost message repaired, a second reading adds
    nothing."""
    yesterday = day_of(timezone.now()) - A_DAY
    paid_at = start_of(yesterday) + dt.timedelta(hours=12)
    payments = [_paid_at_the_sandbox(sandbox_server, paid_at) for _each in range(6)]
    missing, foreign, amount, status, double, lost = (payment.number for payment in payments)
    for payment in payments[:5]:
        sandbox_server.wait_for(lambda payment=payment: _captured(payment))
    sandbox_server.script(
        {"kind": "bill_missing", "number": missing},
        {"kind": "bill_foreign", "number": foreign},
        {"kind": "bill_amount", "number": amount},
        {"kind": "bill_status", "number": status},
        {"kind": "bill_double", "number": double},
    )
    call_command("reconcile", gateway="sandbox")
    expected = [
        ("amount", amount, "open"),
        ("duplicate", double, "open"),
        ("missing_here", lost, "repaired"),
        ("missing_here", f"X{foreign}", "open"),
        ("missing_there", missing, "open"),
        ("status", status, "open"),
    ]
    assert "7 lines, 3 match" in capsys.readouterr().out
    assert sorted(ReconciliationCase.objects.values_list("difference", "number", "status")) == sorted(expected)
    assert sorted(office.captured) == sorted(payment.number for payment in payments)
    call_command("reconcile", gateway="sandbox")
    assert ReconciliationCase.objects.count() == 6


def _paid_at_the_sandbox(server, paid_at: dt.datetime) -> Payment:
    """A payment of yesterday; of the last one nobody is told."""
    now = timezone.now()
    payment = make_payment(now=now)
    open_at_gateway(payment=payment, now=now)
    if Payment.objects.count() == 6:
        server.lose(payment, paid_at=paid_at.isoformat())
    else:
        server.succeed(payment, paid_at=paid_at.isoformat())
    return payment


def _captured(payment: Payment) -> bool:
    return Payment.objects.filter(pk=payment.pk, status="captured").exists()
