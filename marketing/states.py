"""What marketing's things are and where they stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Funder(models.TextChoices):
    MERCHANT = "merchant", _("商家")
    PLATFORM = "platform", _("平台")


class CouponKind(models.TextChoices):
    THRESHOLD = "threshold", _("满减券")
    PERCENTAGE = "percentage", _("折扣券")
    PLAIN = "plain", _("无门槛券")
    FREIGHT = "freight", _("运费券")


class TemplateStatus(models.TextChoices):
    ACTIVE = "active", _("进行中")
    STOPPED = "stopped", _("已停止")


TEMPLATE_TRANSITIONS = {TemplateStatus.ACTIVE: frozenset({TemplateStatus.STOPPED})}


class CouponStatus(models.TextChoices):
    CLAIMED = "claimed", _("未使用")
    HELD = "held", _("下单占用")
    USED = "used", _("已使用")


COUPON_TRANSITIONS = {
    CouponStatus.CLAIMED: frozenset({CouponStatus.HELD}),
    # The order was paid, or it ended before.
    CouponStatus.HELD: frozenset({CouponStatus.USED, CouponStatus.CLAIMED}),
    # The money went back, and the coupon with it.
    CouponStatus.USED: frozenset({CouponStatus.CLAIMED}),
}


class ScopeKind(models.TextChoices):
    """What a coupon may be tied to. Rows of one kind are alternatives, rows of different kinds add up.

    Products and categories are one kind of thing said in two ways: the goods.
    """

    PRODUCT = "product", _("指定商品")
    CATEGORY = "category", _("指定类目")
    MERCHANT = "merchant", _("指定商家")
    CAMPAIGN = "campaign", _("指定团购")
    COMMUNITY = "community", _("指定社区")
    TIER = "tier", _("会员等级")
    SEGMENT = "segment", _("会员分层")
    TAG = "tag", _("会员标签")
    NEWCOMER = "newcomer", _("仅限新客")


class Audience(models.TextChoices):
    """Whom a coupon is issued to."""

    PHONE = "phone", _("一个手机号")
    BUYERS = "buyers", _("全部买过的人")
    COMMUNITY = "community", _("一个社区")
    SEGMENT = "segment", _("一个会员分层")
    TAG = "tag", _("一个标签")


class ChannelKind(models.TextChoices):
    """Where a channel code hangs, or who passes it on."""

    STREET = "street", _("地推")
    LEAFLET = "leaflet", _("DM 单")
    ACCOUNT = "account", _("公众号")
    STORE = "store", _("门店")
    NOTICE_BOARD = "board", _("社区公告栏")
    CREATOR = "creator", _("KOC")
    OTHER = "other", _("其他")


class PromotionKind(models.TextChoices):
    """What a promotion gives from an amount on."""

    OFF = "off", _("满减")
    REWARD = "reward", _("满送")
    GIFT = "gift", _("满赠")


class PromotionScope(models.TextChoices):
    """For which goods of its merchant a promotion holds."""

    SHOP = "shop", _("全店")
    PRODUCTS = "products", _("指定商品")
    CAMPAIGNS = "campaigns", _("指定团购")


class PromotionStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    LIVE = "live", _("已发布")
    ENDED = "ended", _("已结束")


PROMOTION_TRANSITIONS: dict[str, frozenset[str]] = {
    PromotionStatus.DRAFT: frozenset({PromotionStatus.LIVE}),
    PromotionStatus.LIVE: frozenset({PromotionStatus.ENDED}),
}


class Trigger(models.TextChoices):
    """What of a newcomer earns the one who brought them a benefit."""

    JOINED_COMMUNITY = "joined_community", _("新邻居加入社区")
    FIRST_ORDER_COMPLETED = "first_order_completed", _("新邻居的第一单完成")


class Side(models.TextChoices):
    """The two of a referral."""

    INVITER = "inviter", _("邀请人")
    INVITEE = "invitee", _("新邻居")


class RewardKind(models.TextChoices):
    """What a reward is for."""

    REFERRAL = "referral", _("老带新")
    WELCOME = "welcome", _("新人礼")
    BIRTHDAY = "birthday", _("生日券")
    PROMOTION = "promotion", _("满送")


class RewardStatus(models.TextChoices):
    WAITING = "waiting", _("待审核")
    GRANTED = "granted", _("已发放")
    VOID = "void", _("已作废")


REWARD_TRANSITIONS: dict[str, frozenset[str]] = {
    RewardStatus.WAITING: frozenset({RewardStatus.GRANTED, RewardStatus.VOID}),
}
