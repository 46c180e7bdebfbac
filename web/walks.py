"""The money walk: where every fen of an order, a campaign or a merchant came from and where it lies now."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.locks import SUBJECT
from orders.models import Order
from orders.models.order import OrderQuerySet
from payments.models import LedgerAccount, LedgerEntry
from payments.selectors.ledger import Money, bookings_of, money_by_number
from payments.states import Side
from payments.subjects import Subject
from web.gateways import gateway_word

# The beginning of a booking's key says what was booked.
BOOKED: dict[str, Promise] = {
    "capture": _("收款"),
    "refund": _("退款出托管"),
    "refunded": _("退款到账"),
    "grant": _("平台补贴"),
    "ungrant": _("收回平台补贴"),
    "release": _("售后期满，结算"),
    "reclaim": _("退款后追回"),
}


@dataclass(frozen=True)
class Part:
    """One source or place of money."""

    word: Promise
    amount_fen: int


@dataclass(frozen=True)
class Walk:
    """All that came, all places where it lies, and whether the two are the same."""

    money: Money
    came: tuple[Part, ...]
    lies: tuple[Part, ...]

    @property
    def adds_up(self) -> bool:
        return self.money.came_fen == self.money.lies_fen


@dataclass(frozen=True)
class Step:
    """One entry of the ledger in words; one of the two amounts is None."""

    at: dt.datetime
    what: Promise | str
    account: str
    debit_fen: int | None
    credit_fen: int | None
    starts: bool


@dataclass(frozen=True)
class OrderRow:
    """One order of a longer walk."""

    order: Order
    money: Money


def walk(money: Money) -> Walk:
    """Money as two columns; what is nothing is left out, except what was captured and what is held."""
    came = (
        Part(_("渠道收款"), money.captured_fen),
        Part(_("余额支付"), money.balance_fen),
        Part(_("平台补贴"), money.subsidised_fen),
    )
    lies = (
        Part(_("已退回"), money.refunded_fen),
        Part(_("退款在途"), money.in_flight_fen),
        Part(_("结算给商家"), money.merchant_fen),
        Part(_("平台服务费"), money.fee_fen),
        Part(_("团长佣金"), money.commission_fen),
        Part(_("积分"), money.points_fen),
        Part(_("托管中"), money.held_fen),
    )
    return Walk(
        money=money,
        came=tuple(part for part in came if part.amount_fen or part is came[0]),
        lies=tuple(part for part in lies if part.amount_fen or part is lies[-1]),
    )


def steps_of(order: Order) -> list[Step]:
    """The way of an order's money through the books, entry by entry. One query."""
    entries = list(bookings_of(Subject(SUBJECT, order.number)))
    befores: list[LedgerEntry | None] = [None, *entries]
    return [_step(entry, before) for entry, before in zip(entries, befores, strict=False)]


def rows_of(orders: Iterable[Order]) -> list[OrderRow]:
    """The money of each of these orders. One query for all."""
    listed = list(orders)
    by_number = money_by_number(SUBJECT, [order.number for order in listed])
    return [OrderRow(order, by_number.get(order.number, Money())) for order in listed]


def paid_orders(orders: OrderQuerySet) -> OrderQuerySet:
    """Those that money has ever come for, newest first."""
    return orders.filter(paid_at__isnull=False).order_by("-pk")


def _account(account: LedgerAccount) -> str:
    """An account in words: what it is for, and whose it is."""
    owner = gateway_word(account.gateway) if account.gateway else account.merchant or account.user or ""
    return f"{account.get_kind_display()} {owner}".strip()


def _step(entry: LedgerEntry, before: LedgerEntry | None) -> Step:
    booking = entry.transaction
    is_debit = entry.side == Side.DEBIT
    return Step(
        at=booking.booked_at,
        what=BOOKED.get(booking.key.partition(":")[0], booking.key),
        account=_account(entry.account),
        debit_fen=entry.amount_fen if is_debit else None,
        credit_fen=None if is_debit else entry.amount_fen,
        starts=before is None or before.transaction_id != entry.transaction_id,
    )
