from django.db.models import QuerySet

from accounts.models import Address, User
from common.errors import NotFound


def addresses_of(user: User) -> QuerySet[Address]:
    """Where this person wants things delivered: the default first, then the newest."""
    return Address.objects.filter(user=user, removed_at__isnull=True).order_by("-is_default", "-id")


def address_of(user: User, code: str) -> Address:
    """One of this person's addresses. Raises NotFound for anybody else's."""
    address = addresses_of(user).filter(code=code).first()
    if address is None:
        raise NotFound
    return address
