"""Orders, their lines, what goes to each point, and what went back."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Merchant
from campaigns.sources import SOURCE
from common.exports.cells import Yuan
from orders.models import Order, OrderLine
from orders.selectors.orders import with_everything
from orders.selectors.picking import CODE_TAIL, TAKEN, WAITING
from payments.models import Refund
from web.backoffice.access import Right
from web.backoffice.exports.contributing import contribute
from web.backoffice.orders.listing import rows_of
from web.backoffice.orders.refunds import found as refunds_found
from web.backoffice.orders.tabs import TABS, found
from web.backoffice.orders.wanted import read_wanted

NUMBER, STATE = pgettext_lazy("one", "订单"), gettext_lazy("状态")
GOODS, PIECES = pgettext_lazy("one", "商品"), gettext_lazy("件数")


def orders_of(merchant: Merchant, query: QueryDict) -> QuerySet[Order]:
    return found(merchant, read_wanted(query, states=TABS))


def lines_of(merchant: Merchant, query: QueryDict) -> QuerySet[OrderLine]:
    orders = orders_of(merchant, query).order_by().values("pk")
    return OrderLine.objects.filter(order__in=orders).select_related("order__pickup_point")


def to_pick(merchant: Merchant, query: QueryDict) -> QuerySet[Order]:
    """What waits at the points for its buyers, or was fetched there, of one campaign."""
    ours = Order.objects.filter(merchant=merchant, status__in=WAITING + TAKEN, pickup_point__isnull=False)
    return with_everything(ours.from_source(SOURCE, query.get("campaign", "")))


def refunds_of(merchant: Merchant, query: QueryDict) -> QuerySet[Refund]:
    return refunds_found(merchant, query).select_related("payment")


def _goods(order: Order) -> str:
    said = (f"{line.product_name} {line.specification} × {line.quantity}" for line in order.lines.all())
    return "\n".join(said)


def _pieces(order: Order) -> int:
    return sum(line.quantity for line in order.lines.all())


def _where(order: Order) -> str:
    return order.pickup_point.name if order.pickup_point else _("送货上门")


def _yuan(fen: int | None) -> Any:
    return None if fen is None else Yuan(fen)


contribute(
    "orders",
    gettext_lazy("订单"),
    Right.ORDERS,
    find=orders_of,
    rows=rows_of,
    columns=[
        (NUMBER, lambda row: row.order.number),
        (gettext_lazy("下单时间"), lambda row: row.order.placed_at),
        (gettext_lazy("付款时间"), lambda row: row.order.paid_at),
        (STATE, lambda row: row.order.get_status_display()),
        (gettext_lazy("买家"), lambda row: row.order.buyer.shown_name),
        (gettext_lazy("手机尾号"), lambda row: row.order.buyer.phone_tail),
        (GOODS, lambda row: _goods(row.order)),
        (PIECES, lambda row: _pieces(row.order)),
        (gettext_lazy("去向"), lambda row: _where(row.order)),
        (gettext_lazy("商品金额"), lambda row: Yuan(row.order.goods_fen)),
        (gettext_lazy("运费"), lambda row: Yuan(row.order.freight_fen)),
        (gettext_lazy("实付"), lambda row: Yuan(row.order.payable_fen)),
        (gettext_lazy("退差价"), lambda row: Yuan(row.difference_fen)),
        (gettext_lazy("差价以外退款"), lambda row: Yuan(row.returned_fen)),
        (gettext_lazy("取货时间"), lambda row: row.order.received_at),
    ],
)
contribute(
    "order-lines",
    gettext_lazy("订单商品明细"),
    Right.ORDERS,
    find=lines_of,
    columns=[
        (NUMBER, lambda line: line.order.number),
        (gettext_lazy("下单时间"), lambda line: line.order.placed_at),
        (STATE, lambda line: line.order.get_status_display()),
        (GOODS, lambda line: line.product_name),
        (gettext_lazy("规格"), lambda line: line.specification),
        (PIECES, lambda line: line.quantity),
        (gettext_lazy("下单单价"), lambda line: Yuan(line.unit_price_fen)),
        (gettext_lazy("成团单价"), lambda line: _yuan(line.final_unit_price_fen)),
        (gettext_lazy("实付"), lambda line: Yuan(line.paid_fen)),
        (gettext_lazy("已退"), lambda line: Yuan(line.refunded_fen)),
        (gettext_lazy("去向"), lambda line: _where(line.order)),
    ],
)
contribute(
    "picking",
    gettext_lazy("分拣单"),
    Right.FULFIL,
    find=to_pick,
    columns=[
        (pgettext_lazy("one", "自提点"), _where),
        (gettext_lazy("取货码尾号"), lambda order: order.pickup_code[-CODE_TAIL:]),
        (gettext_lazy("买家"), lambda order: order.buyer.shown_name),
        (gettext_lazy("手机尾号"), lambda order: order.buyer.phone_tail),
        (GOODS, _goods),
        (PIECES, _pieces),
        (gettext_lazy("取走"), lambda order: order.status in TAKEN),
        (NUMBER, lambda order: order.number),
    ],
)
contribute(
    "refunds",
    gettext_lazy("退款"),
    Right.REFUNDS,
    find=refunds_of,
    columns=[
        (pgettext_lazy("one", "退款单"), lambda refund: refund.number),
        (NUMBER, lambda refund: refund.payment.subject_number),
        (gettext_lazy("类型"), lambda refund: refund.get_kind_display()),
        (gettext_lazy("金额"), lambda refund: Yuan(refund.amount_fen)),
        (gettext_lazy("退款方式"), lambda refund: refund.get_route_display()),
        (STATE, lambda refund: refund.get_status_display()),
        (gettext_lazy("申请时间"), lambda refund: refund.requested_at),
        (gettext_lazy("到账时间"), lambda refund: refund.done_at),
    ],
)
