import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import check_language, clean_name
from common.errors import InvalidField


def update_profile(*, user: User, name: str, language: str, now: dt.datetime) -> User:
    """What a person is called and which language they read. Raises InvalidField."""
    user.name, user.language = clean_name(name), check_language(language)
    user.save(update_fields=["name", "language"])
    return user


def choose_birthday(*, user: User, birthday: str) -> User:
    """On which day of the year somebody likes to be remembered, "MM-DD"; empty forgets it. Raises InvalidField."""
    if birthday and not _is_a_day(birthday):
        raise InvalidField("birthday", _("选一个存在的日子"))
    user.birthday = birthday
    user.save(update_fields=["birthday"])
    return user


def _is_a_day(birthday: str) -> bool:
    """Whether some year has it: 29 February counts."""
    try:
        return dt.date.fromisoformat(f"2000-{birthday}").strftime("%m-%d") == birthday
    except ValueError:
        return False


def choose_refunds(*, user: User, to_balance: bool) -> User:
    """Where this person's refunds go from now on: to their balance at once, or the way they paid."""
    user.refund_to_balance = to_balance
    user.save(update_fields=["refund_to_balance"])
    return user
