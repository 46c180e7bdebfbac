"""A1: a phone number, a code, a password, and one is in."""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.errors import AlreadyRegistered
from accounts.events import UserRegistered
from accounts.models import SmsCode, User
from accounts.names import check_language, clean_name
from accounts.phones import normalise
from accounts.services.codes import use_code
from accounts.services.passwords import check_new_password
from common import events


def register(*, phone: str, code: str, password: str, name: str, language: str, now: dt.datetime) -> User:
    """A new user, once the code has proved that the number is theirs.

    Raises InvalidField, WrongCode, CodeSpent, and AlreadyRegistered, which only the number's holder gets to see.
    """
    number = normalise(phone)
    fields = {"name": clean_name(name), "language": check_language(language)}
    check_new_password(password)
    use_code(phone=number, purpose=SmsCode.Purpose.REGISTER, code=code, now=now)
    if User.objects.with_phone(number).exists():
        raise AlreadyRegistered
    return create_account(phone=number, password=password, now=now, **fields)


def create_account(*, phone: str, password: str | None, name: str, language: str, now: dt.datetime) -> User:
    """A user of a normalised number that somebody vouches for. Raises AlreadyRegistered."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(phone, password, name=name, language=language, joined_at=now)
            events.publish(UserRegistered(user_id=user.pk))
    except IntegrityError as error:
        raise AlreadyRegistered from error
    return user
