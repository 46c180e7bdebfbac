"""Operators are users who may enter the admin, each group with the least that its work needs."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import audit
from common.errors import InvalidField


class UnknownPermission(LookupError):
    """The table of groups names a permission that no app has."""


def ensure_groups() -> list[Group]:
    """Make the groups of settings.OPERATOR_GROUPS exist with exactly the permissions named there; safe to repeat.

    Raises UnknownPermission.
    """
    with transaction.atomic():
        known = _permissions()
        return [_ensure(name, wanted, known) for name, wanted in settings.OPERATOR_GROUPS.items()]


def appoint(*, user: User, groups: Sequence[str], actor_id: int | None, now: dt.datetime) -> None:
    """Make a user an operator in exactly these groups. Raises InvalidField for a group that does not exist."""
    found = list(Group.objects.filter(name__in=groups))
    if len(found) != len(set(groups)):
        raise InvalidField("groups", _("没有这样的运营组"))
    with transaction.atomic():
        _set_flags(user, is_staff=True, is_superuser=user.is_superuser)
        user.groups.set(found)
        _audit("operator.appoint", user, actor_id, groups=sorted(groups))


def entrust(*, user: User, actor_id: int | None, now: dt.datetime) -> None:
    """Make a user the one who appoints the others and may do everything."""
    with transaction.atomic():
        _set_flags(user, is_staff=True, is_superuser=True)
        _audit("operator.entrust", user, actor_id)


def dismiss(*, user: User, actor_id: int | None, now: dt.datetime) -> None:
    """Take the admin away again; what the operator did stays on record."""
    with transaction.atomic():
        _set_flags(user, is_staff=False, is_superuser=False)
        user.groups.clear()
        _audit("operator.dismiss", user, actor_id)


def _permissions() -> dict[str, int]:
    """The key of every permission there is, asked for at once: the groups name two hundred."""
    found = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": key for app, codename, key in found}


def _ensure(name: str, wanted: Collection[str], known: Mapping[str, int]) -> Group:
    group, _is_new = Group.objects.get_or_create(name=name)
    if missing := [label for label in wanted if label not in known]:
        raise UnknownPermission(*missing)
    group.permissions.set([known[label] for label in wanted])
    return group


def _set_flags(user: User, *, is_staff: bool, is_superuser: bool) -> None:
    user.is_staff, user.is_superuser = is_staff, is_superuser
    user.save(update_fields=["is_staff", "is_superuser"])


def _audit(action: str, user: User, actor_id: int | None, **detail: list[str]) -> None:
    audit.record(actor_id=actor_id, action=action, subject=f"user:{user.code}", **detail)
