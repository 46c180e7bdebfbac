"""The words community uses for its states and kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.states import StaffRole
from orders.states import OrderStatus


class CommunityKind(models.TextChoices):
    """What kind of place brings its neighbours together."""

    ESTATE = "estate", _("小区")
    OFFICE = "office", _("写字楼")
    SCHOOL = "school", _("学校")


class Shared(models.TextChoices):
    """What a personal link leads to."""

    CAMPAIGN = "campaign", _("团购")
    HOME = "home", _("首页")


class PointsKind(models.TextChoices):
    """Where points come from and where they go."""

    PURCHASE = "purchase", _("购物")
    REFUND = "refund", _("退款扣回")
    REVIEW = "review", _("评价晒单")
    CHECK_IN = "check_in", _("签到")
    INVITE = "invite", _("邀请邻居")
    WELCOME = "welcome", _("新人礼")
    GIFT = "gift", _("活动赠送")
    SPENT = "spent", _("下单抵扣")
    RETURNED = "returned", _("抵扣退回")
    EXPIRED = "expired", _("过期")


# What somebody did themselves; the growth value that tiers count is the sum of these.
GROWING = (PointsKind.PURCHASE, PointsKind.REFUND, PointsKind.REVIEW, PointsKind.CHECK_IN, PointsKind.INVITE)


class PointsStatus(models.TextChoices):
    PENDING = "pending", _("待生效")
    SPENDABLE = "spendable", _("已生效")
    VOID = "void", _("已取消")


class BenefitKind(models.TextChoices):
    """What a tier may give, and what its value counts."""

    MEMBER_PRICE = "member_price", _("会员价")
    FREE_FREIGHT = "free_freight", _("免运费（满多少分，0 为不限）")
    BIRTHDAY_COUPON = "birthday_coupon", _("生日券（分）")
    POINTS_MULTIPLIER = "points_multiplier", _("积分倍数（万分比，15000 为 1.5 倍）")
    EARLY_ACCESS = "early_access", _("会员先买")


# Who of a merchant's staff hears of reviews and questions, and answers them.
ANSWERING = frozenset({StaffRole.OWNER, StaffRole.MANAGER, StaffRole.SUPPORT})

# Orders whose goods are in the buyer's hands.
RECEIVED = (OrderStatus.RECEIVED, OrderStatus.COMPLETED)


class Segment(models.TextChoices):
    """What a member is to the community, in the order in which it is tested; who fits none of them is ordinary."""

    CHURNED = "churned", _("流失")
    HIGH_VALUE = "high_value", _("高价值")
    DORMANT = "dormant", _("沉睡")
    ACTIVE = "active", _("活跃")
    REPEAT = "repeat", _("复购")
    NEW = "new", _("新用户")
    ORDINARY = "ordinary", _("普通")


class Board(models.TextChoices):
    """What neighbours are ranked by in a month."""

    AMOUNT = "amount", _("团购金额")
    PIECES = "pieces", _("购买件数")
    INVITATIONS = "invitations", _("邀请人数")


# The tiers every platform begins with; operators call theirs what they like.
FIRST_TIERS = (gettext_noop("普通会员"), gettext_noop("银卡会员"), gettext_noop("金卡会员"), gettext_noop("钻石会员"))
