"""Telling owners what became of the money they asked for."""

import datetime as dt

from accounts.selectors.staff import recipient, staff_recipients
from common.events import handles
from notifications.services.inbox import Recipient, tell
from payments.events import WithdrawalFailed, WithdrawalPaid, WithdrawalRejected
from payments.models import Withdrawal
from payments.states import PAYING_OUT


@handles(WithdrawalPaid)
def tell_paid(event: WithdrawalPaid, now: dt.datetime) -> None:
    """The money is on its way into their account."""
    _tell_owner(event.withdrawal_id, "withdrawal_paid", now)


@handles(WithdrawalRejected)
def tell_rejected(event: WithdrawalRejected, now: dt.datetime) -> None:
    """It is back in the purse, and why."""
    _tell_owner(event.withdrawal_id, "withdrawal_rejected", now)


@handles(WithdrawalFailed)
def tell_failed(event: WithdrawalFailed, now: dt.datetime) -> None:
    """Their account did not take it."""
    _tell_owner(event.withdrawal_id, "withdrawal_failed", now)


def _tell_owner(withdrawal_id: int, kind: str, now: dt.datetime) -> None:
    withdrawal = Withdrawal.objects.select_related("user", "merchant", "payee").get(pk=withdrawal_id)
    tell(
        recipients=_in_charge(withdrawal),
        kind=kind,
        about=f"withdrawal:{withdrawal.number}",
        context={"withdrawal": withdrawal},
        url=_page_of(withdrawal),
        now=now,
    )


def _in_charge(withdrawal: Withdrawal) -> list[Recipient]:
    if withdrawal.merchant:
        return staff_recipients(withdrawal.merchant.pk, roles=PAYING_OUT)
    return [recipient(withdrawal.user)] if withdrawal.user else []


def _page_of(withdrawal: Withdrawal) -> str:
    if withdrawal.merchant:
        return f"/backoffice/{withdrawal.merchant.code}/money/withdrawals/"
    return "/me/wallet/withdraw/"
