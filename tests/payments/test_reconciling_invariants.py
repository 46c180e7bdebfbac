"""F3: what must always be true about reconciliation; each statement is broken once and notices."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common import invariants
from common.clock import day_of
from common.invariants import Invariant
from payments.models import Payment, ReconciliationRun
from payments.services.reconciling.reading import reconcile
from tests.factories.payments import make_captured
from tests.payments.test_reconciling import A_DAY, DAY, MORNING, paid_line

pytestmark = pytest.mark.django_db

BROKEN = {
    "reconciliation_adds_up": "UPDATE payments_reconciliationrun SET matched_count = matched_count + 1",
    "reconciliation_differences_have_cases": "DELETE FROM payments_reconciliationcase",
    "reconciliation_every_day": """
        UPDATE payments_payment SET captured_at = now() - interval '2 days';
        UPDATE payments_reconciliationrun SET day = (now() - interval '5 days')::date""",
}


def statement(name: str) -> Invariant:
    return next(invariant for invariant in invariants.all_invariants() if invariant.name == name)


def test_every_statement_about_reconciliation_is_tried():
    declared = {each.name for each in invariants.all_invariants() if each.name.startswith("reconciliation")}
    assert declared == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_each_statement_notices_when_it_is_broken(gateway, name):
    payment, _unbilled = make_captured(), make_captured()
    gateway.bills[DAY] = [paid_line(payment), paid_line(payment, number="P-nobody")]
    reconcile(gateway="sandbox", day=DAY, now=MORNING)
    assert invariants.check(statement(name)) is None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BROKEN[name])
        after = invariants.check(statement(name))
        transaction.set_rollback(True)
    assert after is not None


@pytest.fixture
def paid_two_days_ago() -> dt.date:
    """Money that moved on a day whose bill should be read by now."""
    payment = make_captured()
    Payment.objects.filter(pk=payment.pk).update(captured_at=timezone.now() - 2 * A_DAY)
    return day_of(timezone.now() - 2 * A_DAY)


def begun(day: dt.date, *, finished: bool) -> ReconciliationRun:
    now = timezone.now()
    return ReconciliationRun.objects.create(
        gateway="sandbox", day=day, due_at=now, finished_at=now if finished else None
    )


def holes() -> bool:
    return invariants.check(statement("reconciliation_every_day")) is not None


def test_whoever_never_reconciled_has_left_no_hole(gateway, paid_two_days_ago):
    """A fresh installation, and the story of a demo, which plays before anybody could have read a bill."""
    assert not holes()


def test_from_the_first_bill_on_a_day_with_money_must_be_read(gateway, paid_two_days_ago):
    begun(paid_two_days_ago - A_DAY, finished=True)
    assert holes()
    run = begun(paid_two_days_ago, finished=False)
    assert holes()
    ReconciliationRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
    assert not holes()


def test_days_before_the_first_bill_and_days_without_money_are_no_holes(gateway, paid_two_days_ago):
    begun(paid_two_days_ago + A_DAY, finished=False)
    assert not holes()
