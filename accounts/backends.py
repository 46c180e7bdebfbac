"""Sign-in by number and password wherever Django asks, the admin's own page included: one door, one lock."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.services.signin import sign_in_with_password
from common.errors import Refusal


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
