"""Reading pick-up points."""

from accounts.models import Merchant, User
from orders.models import PickupPoint
from orders.models.pickup import PickupPointQuerySet


def points_of(merchant: Merchant) -> PickupPointQuerySet:
    """All points of a merchant, those in use first."""
    return PickupPoint.objects.filter(merchant=merchant).select_related("leader").order_by("-is_active", "name")


def points_in_use() -> PickupPointQuerySet:
    """Every point a buyer may meet, by name."""
    return PickupPoint.objects.in_use().select_related("merchant").order_by("name", "pk")


def leads_points(user: User) -> bool:
    """Whether somebody is a leader."""
    return PickupPoint.objects.in_use().filter(leader=user).exists()
