"""An order in words: a headline, a timeline, what came back and why."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.selectors.steps import ReachedStep
from campaigns.selectors.views import CampaignView
from common.money import format_yuan
from orders.models import Order, OrderLine
from orders.selectors.orders import TimelineEntry
from orders.states import CancelReason, OrderStatus
from payments.models import Refund
from payments.states import RefundKind, RefundStatus
from web.refund_progress import progress_of
from web.templatetags.ladders import measure

CANCELLED = {
    CancelReason.BUYER: gettext_lazy("你取消了订单，没有扣钱"),
    CancelReason.LEFT: gettext_lazy("你退出了这个团"),
    CancelReason.MISSED: gettext_lazy("没有成团"),
    CancelReason.MERCHANT: gettext_lazy("商家取消了这个团"),
}


@dataclass(frozen=True)
class Said:
    """One sentence of a timeline."""

    what: str
    at: dt.datetime
    more: str = ""


@dataclass(frozen=True)
class PriceDrop:
    """Why a line's difference is what it is: unit price paid − final unit price, times the pieces."""

    name: str
    unit_fen: int
    final_fen: int
    quantity: int

    @property
    def each_fen(self) -> int:
        return self.unit_fen - self.final_fen


def headline(order: Order) -> tuple[str, str]:
    """How it stands, and the fact that goes with it."""
    status = OrderStatus(order.status)
    if status == OrderStatus.CANCELLED:
        back = _("%(amount)s 全部退回") % {"amount": format_yuan(order.payable_fen)} if order.paid_at else ""
        return str(CANCELLED.get(CancelReason(order.cancel_reason or CancelReason.BUYER))), back
    place = order.pickup_point.name if order.pickup_point else ""
    return {
        OrderStatus.PENDING_PAYMENT: (_("名额为你留着，等你付款"), _("付款后才算参团，过时名额会让出来")),
        OrderStatus.PAID: (_("已参团，降价会告诉你"), _("截止前只会降、不会涨，差价自动退")),
        OrderStatus.PREPARING: (_("成团了，商家在备货"), _("到货会发消息给你")),
        OrderStatus.READY: (
            (_("到货了，等你来取"), _("到%(place)s，出示取货码") % {"place": place})
            if place
            else (_("商家正在送货上门"), _("送到后商家会确认"))
        ),
        OrderStatus.RECEIVED: (_("已取货") if place else _("已送达"), _("少了、坏了 48 小时内告诉我们")),
        OrderStatus.COMPLETED: (_("订单完成"), _("谢谢你和邻居一起买")),
        OrderStatus.EXPIRED: (_("没在时限内付款，名额已释放"), _("没有扣钱，还想要可以再参团")),
    }[status]


def timeline(
    order: Order, steps: Iterable[TimelineEntry], refunds: Iterable[Refund], others: Iterable[Said] = ()
) -> list[Said]:
    """What happened, newest first; `others` is what happened around the order."""
    said = [*(_step(order, step) for step in steps), *others]
    said += [sentence for refund in refunds for sentence in _refund(refund)]
    return sorted(said, key=lambda sentence: sentence.at)[::-1]


def on_the_way_down(order: Order, view: CampaignView, steps: Iterable[ReachedStep]) -> list[Said]:
    """The steps that neighbours reached after this order had been paid, while the campaign ran."""
    basis, until = view.campaign.basis, view.campaign.closes_at
    return [
        Said(
            _("满 %(count)s %(unit)s，降到 %(price)s")
            % {"count": step.threshold, "unit": measure(basis, step.threshold), "price": format_yuan(step.price_fen)},
            step.at,
        )
        for step in steps
        if order.paid_at is not None and order.paid_at < step.at <= until
    ]


def drops(lines: Iterable[OrderLine]) -> list[PriceDrop]:
    """The lines whose price fell after they were paid."""
    return [
        PriceDrop(line.product_name, line.unit_price_fen, line.final_unit_price_fen, line.quantity)
        for line in lines
        if line.final_unit_price_fen is not None and line.final_unit_price_fen < line.unit_price_fen
    ]


def difference_of(refunds: Sequence[Refund]) -> Refund | None:
    """The refund of the price difference, if there is one."""
    return next((refund for refund in refunds if refund.kind == RefundKind.TIER_DIFFERENCE), None)


def _step(order: Order, step: TimelineEntry) -> Said:
    amount = format_yuan(order.payable_fen)
    what = {
        OrderStatus.PENDING_PAYMENT: _("下单成功，名额为你留着"),
        OrderStatus.PAID: _("已付款 %(amount)s，参团成功") % {"amount": amount},
        OrderStatus.PREPARING: _("成团了，商家开始备货"),
        OrderStatus.READY: _("到货了，等你来取") if order.pickup_point else _("商家开始送货"),
        OrderStatus.RECEIVED: _("已取货") if order.pickup_point else _("已送达"),
        OrderStatus.COMPLETED: _("订单完成"),
        OrderStatus.EXPIRED: _("没在时限内付款，名额已释放"),
        OrderStatus.CANCELLED: str(CANCELLED.get(CancelReason(order.cancel_reason or CancelReason.BUYER))),
    }[OrderStatus(step.state)]
    return Said(what, step.at)


def _refund(refund: Refund) -> Iterable[Said]:
    """Worked out and arrived; handing it in is nothing that anybody waits for."""
    words = {"amount": format_yuan(refund.amount_fen), "kind": refund.get_kind_display()}
    yield Said(_("%(kind)s %(amount)s 已算清") % words, refund.requested_at)
    if refund.status == RefundStatus.DONE and refund.done_at:
        place = progress_of(refund, now=refund.done_at).place
        yield Said(_("%(kind)s %(amount)s 已退回%(place)s") % (words | {"place": place}), refund.done_at)
