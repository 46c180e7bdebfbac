import datetime as dt

from accounts.models import User
from accounts.names import check_language, clean_name


def update_profile(*, user: User, name: str, language: str, now: dt.datetime) -> User:
    """What a person is called and which language they read. Raises InvalidField."""
    user.name, user.language = clean_name(name), check_language(language)
    user.save(update_fields=["name", "language"])
    return user


def choose_refunds(*, user: User, to_balance: bool) -> User:
    """Where this person's refunds go from now on: to their balance at once, or the way they paid."""
    user.refund_to_balance = to_balance
    user.save(update_fields=["refund_to_balance"])
    return user
