"""What campaigns checks before an order of theirs is placed."""

from django.utils.translation import gettext as _

from campaigns.sources import SOURCE
from orders.contributions import placing_checks
from orders.quotes import Basket


def not_own_staff(basket: Basket) -> str:
    """The merchant's staff cannot join its own campaign (rule 16)."""
    if basket.source_kind == SOURCE and basket.facts["campaign"].buyer_is_staff:
        return _("不能参加自己店的团")
    return ""


placing_checks.register("not_own_staff", not_own_staff)
