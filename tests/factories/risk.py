"""Risk as tests need it: people seen somewhere, detectors set, cases opened."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from risk.detectors import methods
from risk.detectors.base import Subject
from risk.fingerprints import address_hash
from risk.models import AddressSighting, Detector, RiskCase
from risk.selectors.detectors import setting_of
from risk.services.cases import suspect
from risk.services.configuring import configure
from risk.services.sightings import sight
from risk.states import SubjectKind
from tests.factories.accounts import make_operator, make_user

HOME = "203.0.113.7"
REGION, DOOR = "浙江省 杭州市 西湖区", "文三路 1 号 2 幢 301 室"


def seen(user: User, device: str = "", ip: str = HOME, *, now: dt.datetime) -> User:
    """Somebody came with this device from this address."""
    sight(user_id=user.pk, device=device, ip=ip, now=now)
    return user


def neighbours_at(device: str, count: int, *, now: dt.datetime) -> list[User]:
    """So many people who use one device."""
    return [seen(make_user(name=f"邻居{index}", now=now), device, now=now) for index in range(count)]


def delivered(user: User, door: str = DOOR, *, now: dt.datetime) -> User:
    """Somebody has had something delivered to a door."""
    AddressSighting.objects.create(user=user, address_hash=address_hash(REGION, door), first_seen=now, last_seen=now)
    return user


def make_detectors() -> None:
    """A row for each detector, as a fresh installation has them."""
    Detector.objects.bulk_create(
        (Detector(key=method.key, action=method.action) for method in methods), ignore_conflicts=True
    )


def set_detector(key: str, *, now: dt.datetime | None = None, **changes: Any) -> None:
    """An operator sets a detector; what is not named stays as it is."""
    setting = setting_of(key)
    fields: dict[str, Any] = {"is_on": setting.is_on, "action": setting.action} | {
        name: changes.pop(name) for name in ("is_on", "action") if name in changes
    }
    parameters = {**setting.parameters, **changes}
    configure(key=key, parameters=parameters, actor_id=make_operator().pk, now=now or timezone.now(), **fields)


def make_case(
    person: User | None = None, *, detector: str = "velocity", about: str = "order:G0", now: dt.datetime | None = None
) -> RiskCase:
    """A case about somebody."""
    person = person or make_user(name="Mallory")
    return suspect(
        detector=detector,
        subject=Subject(SubjectKind.PERSON, person.code, person.pk),
        about=about,
        figures={"orders": 11, "minutes": 10},
        now=now or timezone.now(),
    )
