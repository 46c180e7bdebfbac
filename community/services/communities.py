"""Operators found communities; operators and merchants say which pick-up points serve them."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from accounts.regions import district
from common import audit
from common.errors import InvalidField
from common.searching import search_text
from community.models import Community
from community.states import CommunityKind
from orders.models import PickupPoint

LONGEST_NAME = 40
LONGEST_ADDRESS = 120


def found_community(
    *,
    name: str,
    kind: str,
    region_code: str,
    address: str,
    latitude: Decimal,
    longitude: Decimal,
    points: Sequence[PickupPoint],
    actor_id: int | None,
    now: dt.datetime,
) -> Community:
    """A new place for neighbours to choose. Raises InvalidField with the fix."""
    community = Community(founded_at=now)
    _describe(community, name=name, kind=kind, region_code=region_code, address=address)
    _locate(community, latitude, longitude)
    return _keep(community, points, action="community.found", actor_id=actor_id)


def update_community(
    *,
    community: Community,
    name: str,
    kind: str,
    region_code: str,
    address: str,
    latitude: Decimal,
    longitude: Decimal,
    points: Sequence[PickupPoint],
    is_active: bool = True,
    actor_id: int | None,
) -> Community:
    """Write a community anew. Closed, nobody moves in any more; who lives there is asked to choose again.

    Raises InvalidField with the fix.
    """
    _describe(community, name=name, kind=kind, region_code=region_code, address=address)
    _locate(community, latitude, longitude)
    community.is_active = is_active
    return _keep(community, points, action="community.update", actor_id=actor_id)


def check_community(
    *, name: str, kind: str, region_code: str, address: str, latitude: Decimal, longitude: Decimal
) -> None:
    """Raise InvalidField at the first thing that is wrong with a description; writes nothing."""
    sketch = Community()
    _describe(sketch, name=name, kind=kind, region_code=region_code, address=address)
    _locate(sketch, latitude, longitude)


@transaction.atomic
def serve(*, point: PickupPoint, communities: Sequence[Community], actor_id: int) -> None:
    """Say which of the open communities a pick-up point serves; what it serves of closed ones stays."""
    PickupPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    kept = point.communities.filter(is_active=False)
    point.communities.set([*kept, *communities])
    codes = sorted(community.code for community in communities)
    audit.record(actor_id=actor_id, action="community.serve", subject=f"pickup_point:{point.code}", communities=codes)


def _describe(community: Community, *, name: str, kind: str, region_code: str, address: str) -> None:
    community.name = clean_name(name, longest=LONGEST_NAME, required=True)
    community.address = clean_name(address, field="address", longest=LONGEST_ADDRESS, required=True)
    if kind not in CommunityKind.values:
        raise InvalidField("kind", _("没有这种社区"))
    community.kind = kind
    region = district(region_code)
    if region is None:
        raise InvalidField("region_code", _("填区县的六位代码，比如 330106（杭州市西湖区）"))
    community.region_code = region.code
    community.search_text = search_text([community.name, community.address, region.name])


def _locate(community: Community, latitude: Decimal, longitude: Decimal) -> None:
    if not -90 <= latitude <= 90:
        raise InvalidField("latitude", _("纬度在 -90 和 90 之间"))
    if not -180 <= longitude <= 180:
        raise InvalidField("longitude", _("经度在 -180 和 180 之间"))
    community.latitude, community.longitude = latitude, longitude


@transaction.atomic
def _keep(community: Community, points: Sequence[PickupPoint], *, action: str, actor_id: int | None) -> Community:
    try:
        with transaction.atomic():
            community.save()
    except IntegrityError:
        raise InvalidField("name", _("这个区县已经有同名的社区")) from None
    community.pickup_points.set(points)
    codes = sorted(point.code for point in points)
    audit.record(actor_id=actor_id, action=action, subject=f"community:{community.code}", points=codes)
    return community
