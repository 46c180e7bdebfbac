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
