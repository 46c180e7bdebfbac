import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, QuerySet, TextField

from accounts.models import ApiToken, User
from common.crypto import keyed_hash
from common.prepared import Prepared, Slot

PREFIX = "gb_"
LAST_USED_AT = "last_used_at"


def hash_token(token: str) -> str:
    """What is kept of a key."""
    return keyed_hash(token, purpose="api_token")


@dataclass(frozen=True)
class Key:
    """A key that opens an account, as it was when it was looked up."""

    token_hash: str
    owner: User
    last_used_at: dt.datetime | None


def key_of_token(token: str) -> Key | None:
    """The key and whose it is; None when it is nobody's, revoked, or its owner may not sign in. One query."""
    if not token.startswith(PREFIX):
        return None
    token_hash = hash_token(token)
    found = _by_hash.one(token_hash=token_hash)
    if found is None:
        return None
    last_used_at = found.pop(LAST_USED_AT)
    return Key(token_hash, User.from_db(DEFAULT_DB_ALIAS, list(found), list(found.values())), last_used_at)


def user_of_token(token: str) -> User | None:
    """Whose key this is; None when it opens nothing."""
    key = key_of_token(token)
    return None if key is None else key.owner


def _written() -> QuerySet[User, dict[str, Any]]:
    """The owner in whole, and one column of the key."""
    owners = User.objects.filter(
        api_tokens__token_hash=Slot("token_hash", TextField()), api_tokens__revoked_at__isnull=True, is_active=True
    )
    columns = [field.attname for field in User._meta.concrete_fields]
    return owners.values(*columns, **{LAST_USED_AT: F("api_tokens__last_used_at")})


_by_hash = Prepared(_written)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's keys that still work, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True).order_by("-id")
