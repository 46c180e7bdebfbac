"""Owners ask for their money, and think better of it."""

import datetime as dt
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import events, statemachine
from common.errors import InvalidField
from common.money import format_yuan
from payments.contributions import PayoutRequest
from payments.errors import NoSuchPayee, PurseNegative, PurseTooSmall, WithdrawalTooSmall
from payments.events import WithdrawalHeld
from payments.locks import lock_account, lock_payee, lock_withdrawal
from payments.models import Payee, Withdrawal
from payments.purses import Owner
from payments.selectors.ledger import standing
from payments.selectors.payouts import payee_of
from payments.services.payouts.books import book_back, book_request, purse_account
from payments.services.payouts.checking import Flag, assess
from payments.services.payouts.guards import note_act
from payments.states import Purse, WithdrawalStatus


def request_withdrawal(
    *, owner: Owner, purse: Purse, payee_code: str, amount_fen: int, actor_id: int, now: dt.datetime
) -> Withdrawal:
    """Take money out of a purse to pay it to one of its owner's accounts; held when a check wants it looked at.

    Raises InvalidField, WithdrawalTooSmall, NoSuchPayee, PurseTooSmall, PurseNegative and PayoutDenied.
    """
    _check_shape(owner, purse, amount_fen)
    with transaction.atomic():
        payee = _lock_own_payee(owner, payee_code)
        account_id = purse_account(owner, purse)
        lock_account(account_id)
        _check_standing(account_id, amount_fen)
        wanted = PayoutRequest(owner=owner, purse=purse, payee=payee, amount_fen=amount_fen, now=now)
        withdrawal = _write(wanted, assess(wanted), actor_id=actor_id)
        book_request(withdrawal, now=now)
    return withdrawal


@transaction.atomic
def cancel_withdrawal(*, withdrawal: Withdrawal, actor_id: int, now: dt.datetime) -> Withdrawal:
    """The owner takes it back; the money returns to the purse. Raises StateChanged once it was approved or is over."""
    locked = lock_withdrawal(withdrawal.pk)
    statemachine.move(locked, WithdrawalStatus.CANCELLED, now=now, actor_id=actor_id, ended_at=now)
    book_back(locked, now=now)
    note_act(locked, action="withdrawal.cancel", actor_id=actor_id)
    return locked


def _check_shape(owner: Owner, purse: Purse, amount_fen: int) -> None:
    if purse not in owner.purses:
        raise InvalidField("purse", _("从这里不能提现"))
    if amount_fen < settings.WITHDRAWAL_LEAST_FEN:
        least = settings.WITHDRAWAL_LEAST_FEN
        raise WithdrawalTooSmall(field="amount_fen", least=format_yuan(least), least_fen=least)


def _lock_own_payee(owner: Owner, code: str) -> Payee:
    payee = lock_payee(payee_of(owner, code).pk)
    if payee is None:
        raise NoSuchPayee(field="payee")
    return payee


def _check_standing(account_id: int, amount_fen: int) -> None:
    """The account's lock keeps the answer true."""
    stands_fen = standing(account_id)
    if stands_fen < 0:
        raise PurseNegative(field="amount_fen", owed=format_yuan(-stands_fen), owed_fen=-stands_fen)
    if amount_fen > stands_fen:
        raise PurseTooSmall(field="amount_fen", most=format_yuan(stands_fen), most_fen=stands_fen)


def _write(wanted: PayoutRequest, flags: list[Flag], *, actor_id: int) -> Withdrawal:
    takes_two = bool(flags) or wanted.amount_fen >= settings.WITHDRAWAL_SECOND_APPROVAL_FEN
    withdrawal = Withdrawal.objects.create(
        **wanted.owner.columns,
        purse=wanted.purse,
        payee=wanted.payee,
        amount_fen=wanted.amount_fen,
        status=WithdrawalStatus.HELD if flags else WithdrawalStatus.REQUESTED,
        approvals_needed=2 if takes_two else 1,
        flags=[asdict(flag) for flag in flags],
        requested_by_id=actor_id,
        requested_at=wanted.now,
    )
    statemachine.begin(withdrawal, now=wanted.now, actor_id=actor_id)
    note_act(withdrawal, action="withdrawal.request", actor_id=actor_id)
    if flags:
        events.publish(WithdrawalHeld(withdrawal_id=withdrawal.pk))
    return withdrawal
