"""Keys to the API: shown once, kept hashed."""

import datetime as dt
import secrets

from accounts.models import ApiToken, User
from accounts.selectors.tokens import PREFIX, Key, hash_token
from common.errors import NotFound
from common.notes import Notebook

USE_NOTED_EVERY = dt.timedelta(hours=1)
uses = Notebook("""
WITH used AS (
    SELECT token, max(at) AS at FROM json_to_recordset(%(notes)s) AS note (token text, at timestamptz) GROUP BY 1
), due AS (
    SELECT key.id, used.at FROM accounts_apitoken AS key JOIN used ON used.token = key.token_hash
       FOR NO KEY UPDATE OF key SKIP LOCKED
)
UPDATE accounts_apitoken AS key SET last_used_at = due.at FROM due WHERE key.id = due.id
""")


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
    """Note when a key was last used, to the hour: most uses write nothing."""
    if key.last_used_at is None or key.last_used_at <= now - USE_NOTED_EVERY:
        uses.add(token=key.token_hash, at=now)
