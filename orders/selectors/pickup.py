"""Reading pick-up points."""

from django.db.models import Q

from accounts.models import Merchant, User
from orders.models import PickupPoint
from orders.models.pickup import PickupPointQuerySet
from orders.states import HANDING_OVER, OrderStatus

STILL_NEEDED = Q(is_active=True) | Q(orders__status=OrderStatus.READY)


def points_of(merchant: Merchant) -> PickupPointQuerySet:
    """All points of a merchant, those in use first."""
    return PickupPoint.objects.filter(merchant=merchant).select_related("leader").order_by("-is_active", "name")


def points_in_use() -> PickupPointQuerySet:
    """Every point a buyer may meet, by name."""
    return PickupPoint.objects.in_use().select_related("merchant").order_by("name", "pk")


def points_handed_over_by(user: User) -> PickupPointQuerySet:
    """The points where somebody hands goods over, as their leader or for the merchant; by name.

    Those in use, and those that are not any more but where orders still wait to be fetched.
    """
    mine = Q(leader=user) | Q(merchant__staff__user=user, merchant__staff__role__in=HANDING_OVER)
    return PickupPoint.objects.filter(STILL_NEEDED, mine).select_related("merchant").distinct().order_by("name", "pk")


def handing_over(user: User) -> Q:
    """Of orders: those somebody may hand over, at a point they lead or for a merchant whose goods they handle."""
    staff = Q(merchant__staff__user=user, merchant__staff__role__in=HANDING_OVER)
    return staff | Q(pickup_point__leader=user)


def parts_handed_over_by(user: User) -> list[Q]:
    """Of orders that are fetched: what somebody may hand over, by the merchants they work for and the points they lead
    beside. An index finds each part, no order is in two. Two queries."""
    handled = Merchant.objects.filter(staff__user=user, staff__role__in=HANDING_OVER)
    merchants = list(handled.values_list("pk", flat=True))
    led = PickupPoint.objects.filter(leader=user).exclude(merchant__in=merchants).values_list("pk", flat=True)
    return [Q(merchant=pk, pickup_point__isnull=False) for pk in merchants] + [Q(pickup_point=pk) for pk in led]


def leads_points(user: User) -> bool:
    """Whether somebody is a leader: of a point in use, or of one where orders still wait to be fetched."""
    return PickupPoint.objects.filter(STILL_NEEDED, leader=user).exists()
