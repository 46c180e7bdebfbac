"""Letting people in. Strangers learn neither by word nor by time whether a number is registered."""

import datetime as dt
import math

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.errors import NotRegistered, PasswordLocked, SignInClosed, WrongPassword
from accounts.models import SignInAttempt, SmsCode, User
from accounts.models.user import hash_phone
from accounts.phones import normalise
from accounts.services.codes import use_code
from accounts.services.passwords import LONGEST_PASSWORD
from common import advisory

MOST_TRIES = 5
LOCKED_FOR = dt.timedelta(minutes=15)


def sign_in_with_code(*, phone: str, code: str, now: dt.datetime) -> User:
    """The user whose phone received the code. Raises WrongCode, CodeSpent, NotRegistered and SignInClosed."""
    number = normalise(phone)
    use_code(phone=number, purpose=SmsCode.Purpose.SIGN_IN, code=code, now=now)
    user = User.objects.with_phone(number).first()
    if user is None:
        raise NotRegistered
    if not user.is_active:
        raise SignInClosed
    return user


def sign_in_with_password(*, phone: str, password: str, now: dt.datetime) -> User:
    """The user of a number and its password. Raises WrongPassword with the tries left, then PasswordLocked.

    A try is counted and committed before the password is looked at, so that many at once are no more than many.
    """
    phone_hash = hash_phone(normalise(phone))
    with transaction.atomic(durable=True):
        tries_left = _take_try(phone_hash, now=now)
    user = User.objects.filter(phone_hash=phone_hash, is_active=True).first()
    if not _is_password_of(user, password):
        raise WrongPassword(tries_left=tries_left) if tries_left else _locked(LOCKED_FOR)
    assert user is not None
    SignInAttempt.objects.filter(phone_hash=phone_hash).delete()
    return user


def _take_try(phone_hash: str, *, now: dt.datetime) -> int:
    advisory.lock(f"password:{phone_hash}")
    recent = SignInAttempt.objects.filter(phone_hash=phone_hash, at__gt=now - LOCKED_FOR).order_by("-at")
    times = list(recent.values_list("at", flat=True)[:MOST_TRIES])
    if len(times) >= MOST_TRIES:
        raise _locked(times[-1] + LOCKED_FOR - now)
    SignInAttempt.objects.create(phone_hash=phone_hash, at=now)
    return MOST_TRIES - len(times) - 1


def _is_password_of(user: User | None, password: str) -> bool:
    """One run of the hasher in every case, for nobody's password too."""
    if len(password) > LONGEST_PASSWORD:
        return False
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)


def _locked(wait: dt.timedelta) -> PasswordLocked:
    return PasswordLocked(minutes=math.ceil(wait.total_seconds() / 60))
