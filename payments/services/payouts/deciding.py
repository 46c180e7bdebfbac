"""Operators decide whether money may leave: whoever wants it never decides, and above a limit it takes two."""

import datetime as dt

from django.db import transaction

from common import events, statemachine
from common.statemachine import StateChanged
from payments.contributions import PayoutRequest
from payments.errors import ApprovedBefore
from payments.events import WithdrawalRejected
from payments.locks import lock_withdrawal
from payments.models import Withdrawal, WithdrawalApproval
from payments.purses import owner_of
from payments.services.payouts.books import book_back
from payments.services.payouts.checking import assess
from payments.services.payouts.guards import clean_note, note_act, refuse_involved, refuse_overdrawn
from payments.states import Purse, WithdrawalStatus


@transaction.atomic
def approve(*, withdrawal: Withdrawal, actor_id: int, now: dt.datetime) -> Withdrawal:
    """One operator's yes; with the last one needed it waits to be paid.

    Raises StateChanged, InvolvedOperator, ApprovedBefore, PurseNegative, and PayoutDenied when a check says no by now.
    """
    locked = lock_withdrawal(withdrawal.pk)
    _refuse_unless(locked, WithdrawalStatus.REQUESTED)
    refuse_involved(locked, actor_id)
    if locked.approvals.filter(operator_id=actor_id).exists():
        raise ApprovedBefore
    assess(_wanted(locked, now=now))
    refuse_overdrawn(locked)
    WithdrawalApproval.objects.create(withdrawal=locked, operator_id=actor_id, at=now)
    note_act(locked, action="withdrawal.approve", actor_id=actor_id)
    if locked.approvals.count() >= locked.approvals_needed:
        statemachine.move(locked, WithdrawalStatus.APPROVED, now=now, actor_id=actor_id)
    return locked


@transaction.atomic
def reject(*, withdrawal: Withdrawal, actor_id: int, note: str, now: dt.datetime) -> Withdrawal:
    """Put the money back into the purse; the note tells its owner why.

    Raises InvalidField, StateChanged and InvolvedOperator.
    """
    locked = lock_withdrawal(withdrawal.pk)
    refuse_involved(locked, actor_id)
    said = clean_note(note)
    statemachine.move(
        locked, WithdrawalStatus.REJECTED, now=now, actor_id=actor_id, reason=said, note=said, ended_at=now
    )
    book_back(locked, now=now)
    note_act(locked, action="withdrawal.reject", actor_id=actor_id)
    events.publish(WithdrawalRejected(withdrawal_id=locked.pk))
    return locked


@transaction.atomic
def lift_hold(*, withdrawal: Withdrawal, actor_id: int, note: str, now: dt.datetime) -> Withdrawal:
    """Somebody has looked at what the checks flagged: it waits for its approvals. The note is for colleagues.

    Raises InvalidField, StateChanged and InvolvedOperator.
    """
    locked = lock_withdrawal(withdrawal.pk)
    refuse_involved(locked, actor_id)
    statemachine.move(locked, WithdrawalStatus.REQUESTED, now=now, actor_id=actor_id, reason=clean_note(note))
    note_act(locked, action="withdrawal.lift_hold", actor_id=actor_id)
    return locked


def _refuse_unless(withdrawal: Withdrawal, status: WithdrawalStatus) -> None:
    if withdrawal.status != status:
        raise StateChanged(entity=withdrawal._meta.label_lower, was=withdrawal.status, to=status)


def _wanted(withdrawal: Withdrawal, *, now: dt.datetime) -> PayoutRequest:
    """What was asked for, as the checks look at it now."""
    return PayoutRequest(
        owner=owner_of(withdrawal),
        purse=Purse(withdrawal.purse),
        payee=withdrawal.payee,
        amount_fen=withdrawal.amount_fen,
        now=now,
    )
