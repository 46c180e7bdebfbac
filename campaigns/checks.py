"""What campaigns checks before an order of theirs is placed."""

from django.utils.translation import gettext_lazy as _

from campaigns.sources import SOURCE
from common.assessments import ALLOWED, Assessment, denied
from orders.contributions import placing_checks
from orders.quotes import Basket


def not_own_staff(basket: Basket) -> Assessment:
    """The merchant's staff cannot join its own campaign (rule 16)."""
    if basket.source_kind == SOURCE and basket.facts["campaign"].buyer_is_staff:
        return denied(_("不能参加自己店的团"))
    return ALLOWED


placing_checks.register("not_own_staff", not_own_staff)
