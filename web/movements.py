"""What happened to a balance, in words. Pages and API tell it alike."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.locks import SUBJECT
from payments.models import LedgerEntry
from payments.states import REWARD, WITHDRAWAL, Side

SPENT, REFUNDED, WITHDRAWN, RETURNED, REWARDED, OTHER = "spent", "refunded", "withdrawn", "returned", "reward", "other"


@dataclass(frozen=True)
class Movement:
    """One movement: `amount_fen` is negative when it went out, `order` the number of its order, if there is one."""

    at: dt.datetime
    kind: str
    word: str
    about: str
    amount_fen: int
    order: str


def movement_of(entry: LedgerEntry) -> Movement:
    """An entry of a balance's account, with its booking and that booking's payment and refund."""
    booking = entry.transaction
    kind = _kind_of(entry)
    return Movement(
        at=booking.booked_at,
        kind=kind,
        word=_word_of(entry, kind),
        about=booking.payment.title if booking.payment else "",
        amount_fen=entry.amount_fen if entry.side == Side.CREDIT else -entry.amount_fen,
        order=booking.subject_number if booking.subject_kind == SUBJECT else "",
    )


def _kind_of(entry: LedgerEntry) -> str:
    came = entry.side == Side.CREDIT
    if entry.transaction.subject_kind == WITHDRAWAL:
        return RETURNED if came else WITHDRAWN
    if entry.transaction.subject_kind == REWARD:
        return REWARDED
    if entry.transaction.refund:
        return REFUNDED
    return SPENT if entry.transaction.payment and not came else OTHER


def _word_of(entry: LedgerEntry, kind: str) -> str:
    if kind == REFUNDED and entry.transaction.refund:
        return str(entry.transaction.refund.get_kind_display())
    if kind == OTHER:
        return _("转入") if entry.side == Side.CREDIT else _("转出")
    return {SPENT: _("付款"), WITHDRAWN: _("提现"), RETURNED: _("提现退回"), REWARDED: _("邀请奖励")}[kind]
