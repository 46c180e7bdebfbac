"""A merchant keeps its pick-up points."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from accounts.phones import normalise
from common import audit, events
from common.errors import InvalidField
from orders.events import PickupPointSaved
from orders.models import PickupPoint

HIGHEST_COMMISSION_BP = 5_000


@dataclass(frozen=True)
class PointDetails:
    """What a merchant writes about a point. The leader is named by phone number; empty means the merchant itself."""

    name: str
    address: str
    hours: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    leader_phone: str = ""
    commission_bp: int = 0
    is_active: bool = True


@transaction.atomic
def save_point(
    *, merchant: Merchant, actor_id: int, details: PointDetails, point: PickupPoint | None = None
) -> PickupPoint:
    """Open a point, or change one; orders placed keep the leader and the rate they were placed with."""
    point = point or PickupPoint(merchant=merchant)
    point.name = _required("name", details.name)
    point.address = _required("address", details.address)
    point.hours = details.hours.strip()
    point.latitude, point.longitude = details.latitude, details.longitude
    point.leader = _leader(details.leader_phone)
    point.commission_bp = _commission(details.commission_bp)
    point.is_active = details.is_active
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        raise InvalidField("name", _("已经有一个同名的自提点")) from None
    events.publish(PickupPointSaved(point_id=point.pk))
    audit.record(actor_id=actor_id, action="pickup_point.save", subject=f"pickup_point:{point.code}")
    return point


@transaction.atomic
def switch_point(*, point: PickupPoint, is_active: bool, actor_id: int) -> None:
    """Take a point out of use, or back into it; what was ordered to it is still handed over there."""
    if not PickupPoint.objects.filter(pk=point.pk).exclude(is_active=is_active).update(is_active=is_active):
        return
    point.is_active = is_active
    events.publish(PickupPointSaved(point_id=point.pk))
    subject = f"pickup_point:{point.code}"
    audit.record(actor_id=actor_id, action="pickup_point.switch", subject=subject, is_active=is_active)


def _required(field: str, text: str) -> str:
    if not text.strip():
        raise InvalidField(field, _("不能空着"))
    return text.strip()


def _leader(phone: str) -> User | None:
    if not phone:
        return None
    leader = User.objects.with_phone(normalise(phone)).filter(is_active=True).first()
    if leader is None:
        raise InvalidField("leader_phone", _("这个手机号还没有注册，请团长先注册"))
    return leader


def _commission(commission_bp: int) -> int:
    if not 0 <= commission_bp <= HIGHEST_COMMISSION_BP:
        raise InvalidField("commission_bp", _("佣金在 0% 到 50% 之间"))
    return commission_bp
