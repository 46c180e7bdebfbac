"""Orders, their lines, what goes to each point, and what went back."""

from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Merchant
from campaigns.sources import SOURCE
from common.exports.cells import Yuan
from orders.models import Order
from orders.models.order import OrderQuerySet
from orders.selectors.orders import with_everything
from orders.selectors.picking import CODE_TAIL, TAKEN, WAITING
from payments.models import Refund
from web.backoffice.access import Right
from web.backoffice.exports.contributing import contribute
from web.backoffice.exports.plain import order_rows, plain_lines, plain_orders, state_of
from web.backoffice.orders.refunds import found as refunds_found
from web.backoffice.orders.tabs import TABS, of_tab
from web.backoffice.orders.wanted import read_wanted

NUMBER, STATE = pgettext_lazy("one", "订单"), gettext_lazy("状态")
GOODS, PIECES = pgettext_lazy("one", "商品"), gettext_lazy("件数")


def orders_of(merchant: Merchant, query: QueryDict) -> QuerySet[Any]:
    return plain_orders(_asked(merchant, query))


def lines_of(merchant: Merchant, query: QueryDict) -> QuerySet[Any]:
    return plain_lines(_asked(merchant, query))


def _asked(merchant: Merchant, query: QueryDict) -> OrderQuerySet:
    return of_tab(merchant, read_wanted(query, states=TABS))


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


def _point(values: dict[str, Any]) -> str:
    return values["point"] or _("送货上门")


def _yuan(fen: int | None) -> Any:
    return None if fen is None else Yuan(fen)


contribute(
    "orders",
    gettext_lazy("订单"),
    Right.ORDERS,
    find=orders_of,
    rows=order_rows,
    columns=[
        (NUMBER, itemgetter("number")),
        (gettext_lazy("下单时间"), itemgetter("placed_at")),
        (gettext_lazy("付款时间"), itemgetter("paid_at")),
        (STATE, state_of),
        (gettext_lazy("买家"), itemgetter("buyer")),
        (gettext_lazy("手机尾号"), itemgetter("phone_tail")),
        (GOODS, itemgetter("goods")),
        (PIECES, itemgetter("pieces")),
        (gettext_lazy("去向"), _point),
        (gettext_lazy("商品金额"), lambda row: Yuan(row["goods_fen"])),
        (gettext_lazy("运费"), lambda row: Yuan(row["freight_fen"])),
        (gettext_lazy("实付"), lambda row: Yuan(row["payable_fen"])),
        (gettext_lazy("退差价"), lambda row: Yuan(row["difference_fen"])),
        (gettext_lazy("差价以外退款"), lambda row: Yuan(row["returned_fen"])),
        (gettext_lazy("取货时间"), itemgetter("received_at")),
    ],
)
contribute(
    "order-lines",
    gettext_lazy("订单商品明细"),
    Right.ORDERS,
    find=lines_of,
    columns=[
        (NUMBER, itemgetter("number")),
        (gettext_lazy("下单时间"), itemgetter("placed_at")),
        (STATE, state_of),
        (GOODS, itemgetter("product_name")),
        (gettext_lazy("规格"), itemgetter("specification")),
        (PIECES, itemgetter("quantity")),
        (gettext_lazy("下单单价"), lambda line: Yuan(line["unit_price_fen"])),
        (gettext_lazy("成团单价"), lambda line: _yuan(line["final_unit_price_fen"])),
        (gettext_lazy("实付"), lambda line: Yuan(line["paid_fen"])),
        (gettext_lazy("已退"), lambda line: Yuan(line["refunded_fen"])),
        (gettext_lazy("去向"), _point),
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
