import datetime as dt

from accounts.models import User
from accounts.names import check_language, clean_name


def update_profile(*, user: User, name: str, language: str, now: dt.datetime) -> User:
    """What a person is called and which language they read. Raises InvalidField."""
    user.name, user.language = clean_name(name), check_language(language)
    user.save(update_fields=["name", "language"])
    return user
