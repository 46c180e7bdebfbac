"""Who works for a merchant, and as what. Owners decide that, and operators."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AlreadyStaff, LastOwner, NoSuchPerson, TooManyLookups
from accounts.models import Merchant, StaffMember, User
from accounts.phones import normalise
from accounts.states import StaffRole
from common import audit, budgets
from common.errors import Denied, InvalidField, NotFound

LOOKUPS_A_DAY = 30


def add_staff(*, merchant: Merchant, phone: str, role: str, actor_id: int, now: dt.datetime) -> StaffMember:
    """Give the person with this number a role. Raises NoSuchPerson, AlreadyStaff, Denied, InvalidField.

    The answer tells whether a number is registered, so one merchant may ask only so often a day: TooManyLookups.
    """
    number = normalise(phone)
    _check_role(role)
    _check_actor(merchant, actor_id)
    if not budgets.take("staff-lookup", merchant.code, limit=LOOKUPS_A_DAY, window=dt.timedelta(days=1), now=now):
        raise TooManyLookups
    person = User.objects.with_phone(number).filter(is_active=True).first()
    if person is None:
        raise NoSuchPerson
    with transaction.atomic():
        member, is_new = StaffMember.objects.get_or_create(merchant=merchant, user=person, defaults={"role": role})
        if not is_new:
            raise AlreadyStaff
        _audit("staff.add", merchant, actor_id, user=person.pk, role=str(role))
    return member


def change_role(*, merchant: Merchant, user: User, role: str, actor_id: int, now: dt.datetime) -> None:
    """Give one of the staff another role. Raises NotFound, LastOwner, Denied, InvalidField."""
    _check_role(role)
    _check_actor(merchant, actor_id)
    with transaction.atomic():
        member = _locked_member(merchant, user, stays_owner=role == StaffRole.OWNER)
        member.role = role
        member.save(update_fields=["role"])
        _audit("staff.change", merchant, actor_id, user=user.pk, role=str(role))


def remove_staff(*, merchant: Merchant, user: User, actor_id: int, now: dt.datetime) -> None:
    """End somebody's work here; people may end their own. Raises NotFound, LastOwner, Denied."""
    if actor_id != user.pk:
        _check_actor(merchant, actor_id)
    with transaction.atomic():
        _locked_member(merchant, user, stays_owner=False).delete()
        _audit("staff.remove", merchant, actor_id, user=user.pk)


def _locked_member(merchant: Merchant, user: User, *, stays_owner: bool) -> StaffMember:
    """One of the staff, all of them locked, so that two owners cannot remove each other at once."""
    staff = list(merchant.staff.select_for_update().order_by("id"))
    member = next((one for one in staff if one.user_id == user.pk), None)
    if member is None:
        raise NotFound
    owners = [one for one in staff if one.role == StaffRole.OWNER]
    if owners == [member] and not stays_owner:
        raise LastOwner
    return member


def _check_role(role: str) -> None:
    if role not in StaffRole.values:
        raise InvalidField("role", _("没有这种角色"))


def _check_actor(merchant: Merchant, actor_id: int) -> None:
    if merchant.staff.filter(user_id=actor_id, role=StaffRole.OWNER).exists():
        return
    if not User.objects.filter(pk=actor_id, is_staff=True, is_active=True).exists():
        raise Denied


def _audit(action: str, merchant: Merchant, actor_id: int, **detail: str | int) -> None:
    audit.record(actor_id=actor_id, action=action, subject=f"merchant:{merchant.code}", **detail)
