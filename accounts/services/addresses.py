"""Where people want things delivered."""

import datetime as dt

from django.db import transaction

from accounts.doors import clean_detail, deliverable
from accounts.errors import TooManyAddresses
from accounts.models import Address, User
from accounts.names import clean_name
from accounts.phones import normalise
from common.errors import NotFound

MOST_ADDRESSES = 20


def add_address(
    *, user: User, name: str, phone: str, region_code: str, detail: str, is_default: bool = False
) -> Address:
    """A new address; a person's first is the default. Raises InvalidField and TooManyAddresses."""
    fields = _clean(name=name, phone=phone, region_code=region_code, detail=detail)
    with transaction.atomic():
        kept = _locked(user)
        if len(kept) >= MOST_ADDRESSES:
            raise TooManyAddresses(limit=MOST_ADDRESSES)
        address = Address.objects.create(user=user, **fields)
        if is_default or not kept:
            _make_default(user, address)
    return address


def change_address(*, user: User, code: str, name: str, phone: str, region_code: str, detail: str) -> Address:
    """Put an address right; orders keep the one they were placed with. Raises InvalidField and NotFound."""
    fields = _clean(name=name, phone=phone, region_code=region_code, detail=detail)
    with transaction.atomic():
        address = _own(_locked(user), code)
        for field, value in fields.items():
            setattr(address, field, value)
        address.save(update_fields=list(fields))
    return address


def make_default(*, user: User, code: str) -> None:
    """The address that is offered first. Raises NotFound."""
    with transaction.atomic():
        _make_default(user, _own(_locked(user), code))


def remove_address(*, address: Address, now: dt.datetime) -> None:
    """Take an address away; the newest of the others becomes the default in its place. Raises NotFound."""
    with transaction.atomic():
        kept = _locked(address.user)
        address = _own(kept, address.code)
        was_default = address.is_default
        address.is_default, address.removed_at = False, now
        address.save(update_fields=["is_default", "removed_at"])
        others = [one for one in kept if one.pk != address.pk]
        if was_default and others:
            _make_default(address.user, others[-1])


def _locked(user: User) -> list[Address]:
    """A person's addresses, nobody else changing them, oldest first."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return list(Address.objects.filter(user=user, removed_at__isnull=True).order_by("id"))


def _own(kept: list[Address], code: str) -> Address:
    for address in kept:
        if address.code == code:
            return address
    raise NotFound


def _make_default(user: User, address: Address) -> None:
    Address.objects.filter(user=user, is_default=True).update(is_default=False)
    address.is_default = True
    address.save(update_fields=["is_default"])


def _clean(*, name: str, phone: str, region_code: str, detail: str) -> dict[str, str]:
    region = deliverable(region_code)
    return {
        "name": clean_name(name, required=True),
        "phone": normalise(phone),
        "region": region.words,
        "region_code": region.code,
        "detail": clean_detail(detail, region),
    }
