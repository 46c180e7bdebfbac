"""Telling owners what became of the money they asked for, and where it may go."""

import datetime as dt

from accounts.selectors.staff import recipient, staff_recipients
from common.events import handles
from notifications.services.inbox import Recipient, tell
from payments.events import PayeeAdded, WithdrawalFailed, WithdrawalPaid, WithdrawalRejected
from payments.models import Payee, Withdrawal
from payments.purses import Owner, owner_of
from payments.states import PAYING_OUT

MY_PAGES = {"withdrawals": "withdraw", "payees": "payees"}


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


@handles(PayeeAdded)
def tell_added(event: PayeeAdded, now: dt.datetime) -> None:
    """Whoever did not add it themselves has a day to say so."""
    payee = Payee.objects.select_related("user", "merchant").get(pk=event.payee_id)
    owner = owner_of(payee)
    tell(
        recipients=_in_charge(owner),
        kind="payee_added",
        about=f"payee:{payee.code}",
        context={"payee": payee},
        url=_page_of(owner, "payees"),
        now=now,
    )


def _tell_owner(withdrawal_id: int, kind: str, now: dt.datetime) -> None:
    withdrawal = Withdrawal.objects.select_related("user", "merchant", "payee").get(pk=withdrawal_id)
    owner = owner_of(withdrawal)
    tell(
        recipients=_in_charge(owner),
        kind=kind,
        about=f"withdrawal:{withdrawal.number}",
        context={"withdrawal": withdrawal},
        url=_page_of(owner, "withdrawals"),
        now=now,
    )


def _in_charge(owner: Owner) -> list[Recipient]:
    if owner.merchant:
        return staff_recipients(owner.merchant.pk, roles=PAYING_OUT)
    return [recipient(owner.user)] if owner.user else []


def _page_of(owner: Owner, what: str) -> str:
    if owner.merchant:
        return f"/backoffice/{owner.merchant.code}/money/{what}/"
    return f"/me/wallet/{MY_PAGES[what]}/"
