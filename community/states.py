"""The words community uses for its states and kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
