"""Operators pay by hand what was approved, and say how it went."""

import datetime as dt

from django.db import transaction

from accounts.names import clean_name
from common import events, statemachine
from payments.events import WithdrawalFailed, WithdrawalPaid
from payments.locks import lock_withdrawal
from payments.models import Withdrawal
from payments.services.payouts.books import book_back, book_paid
from payments.services.payouts.guards import clean_note, note_act, refuse_involved, refuse_overdrawn
from payments.states import WithdrawalStatus

LONGEST_REFERENCE = 60


@transaction.atomic
def mark_paid(*, withdrawal: Withdrawal, actor_id: int, reference: str, now: dt.datetime) -> Withdrawal:
    """The money has left, with the bank's reference as proof. Whoever approved it may also pay it.

    Raises InvalidField, StateChanged, InvolvedOperator and PurseNegative.
    """
    locked = lock_withdrawal(withdrawal.pk)
    refuse_involved(locked, actor_id)
    proof = clean_name(reference, field="reference", longest=LONGEST_REFERENCE, required=True)
    statemachine.move(locked, WithdrawalStatus.PAID, now=now, actor_id=actor_id, bank_reference=proof, ended_at=now)
    refuse_overdrawn(locked)
    book_paid(locked, now=now)
    note_act(locked, action="withdrawal.pay", actor_id=actor_id)
    events.publish(WithdrawalPaid(withdrawal_id=locked.pk))
    return locked


@transaction.atomic
def mark_failed(*, withdrawal: Withdrawal, actor_id: int, note: str, now: dt.datetime) -> Withdrawal:
    """The account did not take it: the money is back in the purse, and the note tells its owner why.

    Raises InvalidField, StateChanged and InvolvedOperator.
    """
    locked = lock_withdrawal(withdrawal.pk)
    refuse_involved(locked, actor_id)
    said = clean_note(note)
    statemachine.move(locked, WithdrawalStatus.FAILED, now=now, actor_id=actor_id, reason=said, note=said, ended_at=now)
    book_back(locked, now=now)
    note_act(locked, action="withdrawal.fail", actor_id=actor_id)
    events.publish(WithdrawalFailed(withdrawal_id=locked.pk))
    return locked
