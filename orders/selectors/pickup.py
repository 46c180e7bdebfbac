"""Reading pick-up points."""

from django.db.models import Q

from accounts.models import Merchant, User
from orders.models import PickupPoint
from orders.models.pickup import PickupPointQuerySet
from orders.states import OrderStatus


def points_of(merchant: Merchant) -> PickupPointQuerySet:
    """All points of a merchant, those in use first."""
    return PickupPoint.objects.filter(merchant=merchant).select_related("leader").order_by("-is_active", "name")


def points_in_use() -> PickupPointQuerySet:
    """Every point a buyer may meet, by name."""
    return PickupPoint.objects.in_use().select_related("merchant").order_by("name", "pk")


def points_handed_over_by(user: User) -> PickupPointQuerySet:
    """The points in use where somebody hands goods over, as their leader or for the merchant; by name."""
    mine = Q(leader=user) | Q(merchant__staff__user=user)
    return points_in_use().filter(mine).distinct()


def leads_points(user: User) -> bool:
    """Whether somebody is a leader: of a point in use, or of one where orders still wait to be fetched."""
    still_needed = Q(is_active=True) | Q(orders__status=OrderStatus.READY)
    return PickupPoint.objects.filter(still_needed, leader=user).exists()
