"""What an order earns follows what happens to it: payments keeps the books, orders says what is left."""

import datetime as dt
from collections.abc import Iterable, Sequence

from orders.locks import SUBJECT
from orders.models import Order
from orders.selectors.earnings import Earning, Part, earnings_of
from orders.states import OrderStatus
from payments.services import commissions
from payments.services.commissions import Accrual
from payments.services.escrow import Terms, reclaim_many
from payments.services.subsidies import Grant, bring_down, grant
from payments.subjects import Subject


def subject_of(order: Order) -> Subject:
    """What an order is called in the books."""
    return Subject(SUBJECT, order.number)


def terms_of(order: Order, earning: Earning) -> Terms:
    """How what is left of an order is shared out, as frozen when it was placed."""
    return Terms(
        subject=subject_of(order),
        merchant_id=order.merchant_id,
        goods_fen=earning.goods_fen,
        freight_fen=earning.freight_fen,
        fee_bp=order.platform_fee_bp,
    )


def grant_discounts(order: Order, now: dt.datetime) -> None:
    """An order was paid: what the platform gave towards its price joins the buyer's money."""
    earning = earnings_of([order])[order.pk]
    if earning.granted_fen:
        grant(Grant(subject_of(order), order.merchant_id, earning.granted_fen), now=now)


def accrue_commission(order: Order, *, now: dt.datetime) -> None:
    """The leader has done their part; never on their own order (rule 16)."""
    if order.leader_id is None or not order.leader_rate_bp:
        return
    accrual = Accrual(
        subject=subject_of(order),
        merchant_id=order.merchant_id,
        payer_id=order.buyer_id,
        beneficiary_id=order.leader_id,
        rate_bp=order.leader_rate_bp,
        base_fen=earnings_of([order])[order.pk].goods_fen,
    )
    commissions.accrue([accrual], now=now)


def follow_refunds(orders: Sequence[Order], coming: Iterable[Part], *, now: dt.datetime) -> None:
    """Before these refunds of locked orders are made: claw back what was settled on them (rule 13), bring frozen
    commissions down, and return the platform's part. What lies in escrow afterwards is enough for the refunds.
    """
    earnings = earnings_of(orders, coming=coming)
    settled = [order for order in orders if order.status == OrderStatus.COMPLETED]
    reclaim_many([terms_of(order, earnings[order.pk]) for order in settled], now=now)
    waiting = [order for order in orders if order.status != OrderStatus.COMPLETED]
    commissions.follow({subject_of(order): earnings[order.pk].goods_fen for order in waiting}, now=now)
    standing = [Grant(subject_of(order), order.merchant_id, earnings[order.pk].granted_fen) for order in orders]
    bring_down(standing, now=now)
