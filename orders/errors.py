"""What can be refused about an order."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid, NotFound


class NothingOrdered(Invalid):
    code = "nothing_ordered"
    message = _("先选要买的商品")


class BadQuantity(Invalid):
    code = "bad_quantity"
    message = _("件数要是 1 到 %(most)s 的整数")


class SkuTwice(Invalid):
    code = "sku_twice"
    message = _("同一个规格只能写一行")


class UnknownSku(Invalid):
    code = "unknown_sku"
    message = _("这里没有这个商品")


class FulfilmentMissing(Invalid):
    code = "fulfilment_missing"
    message = _("先选自提点或收货地址")


class UnknownPickupPoint(Invalid):
    code = "unknown_pickup_point"
    message = _("这个自提点不能选，换一个")


class UnknownAddress(Invalid):
    code = "unknown_address"
    message = _("这个收货地址不能用，换一个")


class DeliveryNotOffered(Invalid):
    code = "delivery_not_offered"
    message = _("这个商家不送货，选一个自提点")


class BadQuote(Invalid):
    code = "bad_quote"
    message = _("报价无效，请重新确认价格")


class QuoteExpired(Conflict):
    code = "quote_expired"
    message = _("报价过了 15 分钟，请重新确认价格")


class GiftGone(Conflict):
    """A gift the quote promised is gone; the price of everything else stands."""

    code = "gift_gone"
    message = _("赠品刚刚送完了，价格没有变，再确认一次就能下单")


class PlacingDenied(Denied):
    code = "placing_denied"
    message = _("%(reason)s")


class NotPayable(Conflict):
    code = "order_not_payable"
    message = _("这个订单现在不能付款")


class BadBalanceAmount(Invalid):
    code = "bad_balance_amount"
    message = _("用余额付的金额要在 0 和应付金额之间")


class CannotCancel(Conflict):
    code = "cannot_cancel"
    message = _("这个订单现在不能取消")


class PaymentUnderWay(Conflict):
    code = "payment_under_way"
    message = _("这个订单正在付款，等结果出来再试")


class UnknownPickupCode(NotFound):
    code = "unknown_pickup_code"
    message = _("没有这个取货码，核对一下后四位")


class AlreadyPickedUp(Conflict):
    code = "already_picked_up"
    message = _("这单 %(when)s 已取走")


class NotRefundable(Conflict):
    code = "order_not_refundable"
    message = _("这个订单现在不能做售后退款")


class NothingToRefund(Invalid):
    code = "nothing_to_refund"
    message = _("写上要退多少")


class MoreThanLeft(Conflict):
    """More than is left of a line, or of the freight: somebody may have refunded it a moment ago."""

    code = "more_than_left"
    message = _("最多还能退 %(left)s")


class NotByRule(Conflict):
    """The rule does not refund this at once; the merchant decides."""

    code = "not_by_rule"
    message = _("不能自动退款：%(reason)s。请联系商家")


class CannotFreeze(Conflict):
    code = "cannot_freeze"
    message = _("只有备货到完成之间的订单可以冻结结算")


class NotFrozen(Conflict):
    code = "not_frozen"
    message = _("这个订单没有冻结")


class NoSuchOrder(NotFound):
    code = "unknown_order"
    message = _("没有这个订单")
