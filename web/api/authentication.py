"""`Authorization: Token …`: a hashed key of one person's device or program."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.selectors.tokens import key_of_token
from accounts.services.tokens import note_use

KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """Signs in by the token that signing in or registering answered."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """(user, token), or None when the header is absent. Raises AuthenticationFailed for a wrong one."""
        token = token_of(request)
        if token is None:
            return None
        key = key_of_token(token)
        if key is None:
            raise AuthenticationFailed(_("登录已失效，请重新登录"))
        note_use(key=key, now=timezone.now())
        return key.owner, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


def token_of(request: Request) -> str | None:
    """The token in the request's header, if there is a header of our kind."""
    keyword, _space, token = get_authorization_header(request).partition(b" ")
    if keyword.lower() != KEYWORD.lower().encode():
        return None
    return token.strip().decode("latin-1")
