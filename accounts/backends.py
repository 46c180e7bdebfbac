"""Sign-in by number and password wherever Django asks, the admin's own page included: one door, one lock."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services.signin import sign_in_with_password
from common.errors import Refusal
from common.prepared import Prepared, Slot


class PhoneBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **fields: Any
    ) -> User | None:
        """The user of a number and its password, or nobody."""
        phone = username or fields.get(User.USERNAME_FIELD)
        if not phone or not password:
            return None
        try:
            return sign_in_with_password(phone=phone, password=password, now=timezone.now())
        except Refusal:
            return None

    def get_user(self, user_id: int) -> User | None:
        """Who a session belongs to, while they may sign in; asked with every page of everybody who is signed in."""
        found = _by_id.one(user_id=int(user_id))
        return None if found is None else User.from_db(DEFAULT_DB_ALIAS, list(found), list(found.values()))


def _written() -> QuerySet[User, dict[str, Any]]:
    columns = [field.attname for field in User._meta.concrete_fields]
    return User.objects.filter(pk=Slot("user_id", BigIntegerField()), is_active=True).values(*columns)


_by_id = Prepared(_written)
