"""What can be refused in marketing."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid, NotFound, TooMany


class NoSuchCoupon(NotFound):
    code = "unknown_coupon"
    message = _("没有这张优惠券")


class CouponsGone(Conflict):
    """Fewer are left than were asked for; `left` says how many."""

    code = "coupons_gone"
    message = _("这张券已经领完了")


class NotEnoughCoupons(CouponsGone):
    """Of those that are issued to many at once."""

    code = "not_enough_coupons"
    message = _("这张券只剩 %(left)s 张，不够发给 %(wanted)s 人")


class CouponStopped(Conflict):
    code = "coupon_stopped"
    message = _("这张券已经停止发放")


class CouponNotYet(Conflict):
    code = "coupon_not_yet"
    message = _("这张券还没开始发放")


class CouponLimitReached(Conflict):
    code = "coupon_limit_reached"
    message = _("这张券每人限领 %(limit)s 张，你已经领过了")


class CouponTaken(Conflict):
    """It was there when the price was quoted; another order has it now, or its time is over."""

    code = "coupon_taken"
    message = _("这张优惠券不能用了，请重新确认价格")


class CouponDenied(Denied):
    code = "coupon_denied"
    message = _("现在不能领取：%(reason)s")


class UnknownCode(NotFound):
    code = "unknown_coupon_code"
    message = _("没有这个兑换码，核对一下再试")


class CodeUsedUp(Conflict):
    code = "coupon_code_used_up"
    message = _("这个兑换码已经用过了")


class CodeAlreadyRedeemed(Conflict):
    code = "coupon_code_already_redeemed"
    message = _("你已经用过这个兑换码")


class TooManyCodes(TooMany):
    code = "too_many_coupon_codes"
    message = _("输错的次数太多，过一会儿再试")


class WordTaken(Conflict):
    code = "coupon_word_taken"
    message = _("这个兑换码已经有人用了，换一个")


class TermsAreFixed(Invalid):
    """What people already hold does not change under their hands."""

    code = "coupon_terms_fixed"
    message = _("已经发出去的券，只能改名称、总量、限领和发放时间")


class NoSuchChannel(NotFound):
    code = "no_such_channel"
    message = _("这个渠道码不存在或者已经停用")


class ChannelNameTaken(Conflict):
    code = "channel_name_taken"
    message = _("已经有一个叫这个名字的渠道码了，换个名字")


class NoSuchPromotion(NotFound):
    code = "unknown_promotion"
    message = _("没有这个促销")


class PromotionNotEditable(Conflict):
    """A live one keeps its steps: what buyers have read stands."""

    code = "promotion_not_editable"
    message = _("促销已经发布，只能改名称和结束时间，或者结束它")


class PromotionNotLive(Conflict):
    code = "promotion_not_live"
    message = _("这个促销不在进行中")


class PromotionOver(Conflict):
    code = "promotion_over"
    message = _("结束时间已经过了，先改结束时间")


class ShopMayNotPromote(Denied):
    code = "shop_may_not_promote"
    message = _("店铺已停用，不能发布促销")


class RewardDecided(Conflict):
    code = "reward_decided"
    message = _("这笔奖励已经处理过了")
