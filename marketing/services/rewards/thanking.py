"""满送: what a step of a promotion sends once the order is final."""

import datetime as dt

from django.db.models import Sum
from django.utils.translation import gettext as _

from marketing.models import PromotionUse
from marketing.services.rewards.granting import Benefit, Occasion, reward
from marketing.states import PromotionKind, RewardKind
from orders.models import Order, RefundLine
from payments.states import RefundKind


def thank_for(*, order: Order, now: dt.datetime) -> None:
    """Send what the promotions of a completed order promised, at the cost of their merchant.

    What was promised at the price of the quote stands when the price falls; but of what came back after hand-over so
    much must be left as the step asks for.
    """
    uses = PromotionUse.objects.filter(order=order, promotion__kind=PromotionKind.REWARD)
    for use in uses.select_related("promotion", "step__coupon").order_by("pk"):
        coupons = (use.step.coupon,) if use.step.coupon else ()
        benefit = Benefit(coupons, use.step.points, payer_id=order.merchant_id)
        occasion = Occasion(RewardKind.PROMOTION, f"promotion:{use.promotion.code}:{order.number}")
        refused = _("退货后不够门槛") if _fell_below(order, use.step.threshold_fen) else ""
        reward(user_id=order.buyer_id, occasion=occasion, benefit=benefit, refused=refused, now=now)


def _fell_below(order: Order, threshold_fen: int) -> bool:
    """Only what was sent back counts: the difference of a lower step is no return."""
    back = RefundLine.objects.filter(order=order, line__isnull=False, refund__kind=RefundKind.AFTER_SALES)
    back_fen = back.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return back_fen > 0 and order.goods_fen - back_fen < threshold_fen
