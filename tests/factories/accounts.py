"""People as tests need them: each function goes through the services."""

import datetime as dt
import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Merchant, User
from accounts.services import merchants, operators, staff
from accounts.services.registration import create_account
from accounts.states import StaffRole

PASSWORD = "melons-at-noon"
_numbers = itertools.count(1)


def make_phone() -> str:
    """A number nobody has yet."""
    return f"138{next(_numbers):08d}"


def make_user(
    phone: str = "",
    name: str = "Alice",
    *,
    password: str | None = PASSWORD,
    language: str = "zh-hans",
    now: dt.datetime | None = None,
) -> User:
    """A consumer."""
    return create_account(
        phone=phone or make_phone(), password=password, name=name, language=language, now=now or timezone.now()
    )


def make_merchant(
    name: str = "果园直发", *, owner: User | None = None, approved: bool = True, now: dt.datetime | None = None
) -> Merchant:
    """A merchant with an owner, approved unless told otherwise."""
    now = now or timezone.now()
    merchant = merchants.apply(
        user=owner or make_user(name="Olivia"), licence=make_picture(), now=now, **make_application(name=name)
    )
    if approved:
        merchants.approve(merchant=merchant, actor_id=make_operator().pk, now=now)
    return merchant


def make_application(**changes: Any) -> dict[str, Any]:
    """What somebody types who wants to sell."""
    return {
        "name": "果园直发",
        "contact_name": "王果",
        "contact_phone": "13900000001",
        "licence_number": "91310000MA1FL0A123",
    } | changes


def make_picture(*, width: int = 60, height: int = 40, name: str = "licence.png") -> SimpleUploadedFile:
    """A small PNG as a browser uploads it."""
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "#d9480f").save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/png")


def make_staff(
    merchant: Merchant, role: str = StaffRole.MANAGER, *, user: User | None = None, now: dt.datetime | None = None
) -> User:
    """Somebody who works for a merchant."""
    person = user or make_user(name="Stan")
    staff.add_staff(
        merchant=merchant, phone=person.phone, role=role, actor_id=owner_of(merchant).pk, now=now or timezone.now()
    )
    return person


def owner_of(merchant: Merchant) -> User:
    """The merchant's first owner."""
    return merchant.staff.filter(role=StaffRole.OWNER).order_by("id").select_related("user")[0].user


def make_operator(*groups: str, name: str = "Oscar") -> User:
    """Somebody who may enter the admin, in the given groups."""
    person = make_user(name=name)
    if groups:
        operators.ensure_groups()
    operators.appoint(user=person, groups=groups, actor_id=None, now=timezone.now())
    return person
