"""F3: which days must have been reconciled, and which are no holes."""

import datetime as dt

import pytest
from django.utils import timezone

from common import invariants
from common.clock import day_of
from common.invariants import Invariant
from payments.models import Payment, ReconciliationRun
from tests.factories.payments import make_captured
from tests.payments.test_reconciling import A_DAY

pytestmark = pytest.mark.django_db


def statement(name: str) -> Invariant:
    return next(invariant for invariant in invariants.all_invariants() if invariant.name == name)


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
