from django.db.models import QuerySet

from accounts.models import ApiToken, User
from common.crypto import keyed_hash

PREFIX = "gb_"


def hash_token(token: str) -> str:
    """What is kept of a key."""
    return keyed_hash(token, purpose="api_token")


def user_of_token(token: str) -> User | None:
    """Whose key this is; None when it is nobody's, revoked, or its owner may not sign in."""
    if not token.startswith(PREFIX):
        return None
    return User.objects.filter(
        api_tokens__token_hash=hash_token(token), api_tokens__revoked_at__isnull=True, is_active=True
    ).first()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's keys that still work, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True).order_by("-id")
