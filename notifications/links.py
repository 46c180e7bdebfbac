"""Addresses that leave the house: absolute, and one that ends advertising without signing in."""

from django.conf import settings
from django.core import signing

SALT = "notifications.unsubscribe"


def absolute(path: str) -> str:
    """The full address of a page of this site; nothing for nothing."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if path else ""


def unsubscribe_link(user_id: int) -> str:
    """Ends advertising to this person, whoever opens it: it lies in their own mailbox."""
    return absolute(f"/unsubscribe/{signing.dumps(user_id, salt=SALT)}/")


def who_unsubscribes(token: str) -> int | None:
    """Whose link it is; None for one that we never made."""
    try:
        return int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
