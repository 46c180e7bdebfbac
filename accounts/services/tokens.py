"""Keys to the API: shown once, kept hashed."""

import datetime as dt
import secrets

from accounts.models import ApiToken, User
from accounts.selectors.tokens import PREFIX, Key, hash_token
from common.calls import note
from common.errors import NotFound

USE_NOTED_EVERY = dt.timedelta(hours=1)
NOTE_USE = "UPDATE accounts_apitoken SET last_used_at = %(now)s WHERE token_hash = %(token)s"


def issue_token(*, user: User, label: str, now: dt.datetime) -> str:
    """A new key of this person's, 256 bits, in clear for the only time."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, token_hash=hash_token(token), label=label.strip()[:60], created_at=now)
    return token


def revoke_token(*, token: str, now: dt.datetime) -> None:
    """Make the key in hand useless; one that already is stays as it was."""
    ApiToken.objects.filter(token_hash=hash_token(token), revoked_at__isnull=True).update(revoked_at=now)


def sign_device_out(*, user: User, token_id: int, now: dt.datetime) -> None:
    """Make one of a person's keys useless; doing it again changes nothing. Raises NotFound for other people's keys."""
    own = ApiToken.objects.filter(user=user, pk=token_id)
    if not own.exists():
        raise NotFound
    own.filter(revoked_at__isnull=True).update(revoked_at=now)


def revoke_all(*, user: User, now: dt.datetime) -> int:
    """Make every key of a person useless. Returns how many were in use."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now)


def note_use(*, key: Key, now: dt.datetime) -> None:
    """Remember when a key was last used, to the hour: most uses write nothing."""
    if key.last_used_at is None or key.last_used_at <= now - USE_NOTED_EVERY:
        note(NOTE_USE, {"token": key.token_hash, "now": now})
