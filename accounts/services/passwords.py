"""Passwords: what may be one, and how it is changed."""

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotRegistered
from accounts.models import SignInAttempt, SmsCode, User
from accounts.phones import normalise
from accounts.services.codes import use_code
from common import audit
from common.errors import InvalidField

LONGEST_PASSWORD = 128


def check_new_password(password: str, *, field: str = "password") -> None:
    """Raise InvalidField with the reason when this may not be anybody's password."""
    if len(password) > LONGEST_PASSWORD:
        raise InvalidField(field, _("密码最多 %(longest)s 个字符") % {"longest": LONGEST_PASSWORD})
    try:
        validate_password(password)
    except ValidationError as error:
        raise InvalidField(field, " ".join(error.messages)) from error


def reset_password(*, phone: str, code: str, password: str, now: dt.datetime) -> User:
    """A new password for whoever proves by a sign-in code that the number is theirs; ends a lock-out too."""
    number = normalise(phone)
    check_new_password(password)
    use_code(phone=number, purpose=SmsCode.Purpose.SIGN_IN, code=code, now=now)
    user = User.objects.with_phone(number).filter(is_active=True).first()
    if user is None:
        raise NotRegistered
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        SignInAttempt.objects.filter(phone_hash=user.phone_hash).delete()
        audit.record(actor_id=user.pk, action="password.reset", subject=f"user:{user.code}")
    return user
