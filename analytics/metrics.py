"""Every number of the house: its key, its name and what it means, in these words wherever it is shown.

A day begins at midnight in Beijing. Money of orders counts on the day they were paid, what goes back on the day it was
promised; people count once for each day and shop, so that the days of a week add up to the week.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(StrEnum):
    """How a number is written."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    TIMES = "times"


@dataclass(frozen=True)
class Metric:
    """`key` is the name of the figure in code, exports and API; `up_is_good` says which way one wants it to go.

    MONEY is in fen, RATE in basis points, TIMES in hundredths.
    """

    key: str
    name: Promise
    definition: Promise
    unit: Unit = Unit.COUNT
    up_is_good: bool = True


ALL = (
    Metric(
        "revenue_fen",
        _("成交额"),
        _(
            "这段时间付的款，减去这段时间里要退的钱：差价、退出、没成团、取消、售后。"
            "退款算在要退的那天，不管是哪天付的。付重了、付晚了退回去的不算。"
        ),
        Unit.MONEY,
    ),
    Metric("paid_fen", _("付款金额"), _("这段时间付款的订单，付款时一共多少钱，运费在内。"), Unit.MONEY),
    Metric("placed", _("下单"), _("这段时间提交的订单，付没付款都算。")),
    Metric("orders", _("付款订单"), _("这段时间付款的订单，后来退了的也算在内。")),
    Metric("pieces", _("卖出件数"), _("付款订单里一共多少件，后来退了的也算在内，赠品也算。")),
    Metric("average_fen", _("客单价"), _("付款金额除以付款订单。"), Unit.MONEY),
    Metric("visitors", _("访客"), _("看过团购页或扫过渠道码的人，一人一天在一家店算一次。不用 cookie，机器人不算。")),
    Metric("joiners", _("下单人数"), _("下过单的人，付没付款都算，一人一天在一家店算一次。")),
    Metric("buyers", _("付款人数"), _("付过款的人，一人一天在一家店算一次。")),
    Metric("conversion_bp", _("转化率"), _("付款人数占访客几成：从看到、下单到付款。"), Unit.RATE),
    Metric("new_customers", _("新客"), _("第一次在这家店付款的人；平台的数是各店相加。")),
    Metric("repeat_buyers", _("老客"), _("付款的人里，前些天就在这家店付过款的，一人一天算一次。")),
    Metric("repurchase_bp", _("复购率"), _("老客占付款人数几成。"), Unit.RATE),
    Metric("decided", _("有结果的团"), _("这段时间结算出结果的团：成团，或者没成团。商家自己取消的不算在内。")),
    Metric("succeeded", _("成团"), _("有结果的团里达到成团数量的，补贴成团也算。")),
    Metric("success_bp", _("成团率"), _("有结果的团里成团的占几成。"), Unit.RATE),
    Metric("refunds", _("退款笔数"), _("这段时间要退的款有几笔，降价退的差价不算。"), up_is_good=False),
    Metric(
        "refunded_fen",
        _("要退的钱"),
        _("这段时间要退的钱，降价退的差价也算，到没到账都算。"),
        Unit.MONEY,
        up_is_good=False,
    ),
    Metric("returned_fen", _("退款"), _("要退的钱里，降价退的差价以外的部分。"), Unit.MONEY, up_is_good=False),
    Metric("refund_bp", _("退款率"), _("退款占付款金额几成，降价退的差价不算。"), Unit.RATE, up_is_good=False),
    Metric(
        "benefit_fen",
        _("优惠成本"),
        _("付款订单上优惠券、满减、赠品和积分一共抵了多少，商家出的和平台出的都算。"),
        Unit.MONEY,
        up_is_good=False,
    ),
    Metric("merchant_benefit_fen", _("商家承担的优惠"), _("优惠成本里商家出的部分。"), Unit.MONEY, up_is_good=False),
    Metric("platform_benefit_fen", _("平台承担的优惠"), _("优惠成本里平台出的部分。"), Unit.MONEY, up_is_good=False),
    Metric("benefit_orders", _("用了优惠的订单"), _("付款订单里用了优惠券、满减、赠品或积分的。")),
    Metric("benefit_paid_fen", _("优惠带来的付款"), _("用了优惠的订单，付款时一共多少钱。"), Unit.MONEY),
    Metric("benefit_return", _("优惠回报"), _("优惠带来的付款是优惠成本的几倍。"), Unit.TIMES),
    Metric("newcomers", _("带来的新人"), _("第一次来就是扫这个渠道码，后来注册的人。")),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in ALL}


def metrics(keys: Iterable[str]) -> list[Metric]:
    """These numbers, in this order."""
    return [METRICS[key] for key in keys]
