"""Who a person is to WeChat: an openid, told to whoever comes back from its page with a code."""

import json
from typing import Protocol
from urllib.parse import urlencode

import requests
from django.conf import settings

from payments.errors import GatewayRefused
from payments.gateways.base import GatewayUnavailable, forbid_in_transaction
from payments.gateways.values import short_text

# The code was used before, has expired, or was never given.
BAD_CODES = (40029, 40163, 42003)


class App(Protocol):
    """An app of ours at WeChat: of the till, or of the messages."""

    @property
    def app_id(self) -> str: ...
    @property
    def app_secret(self) -> str: ...
    @property
    def login_url(self) -> str: ...
    @property
    def identity_url(self) -> str: ...


def authorize_url(account: App, *, return_to: str, state: str) -> str:
    """WeChat's page that asks nobody anything and leads back with `code` and `state`. Raises GatewayRefused where no
    app secret is configured."""
    if not account.app_secret:
        raise GatewayRefused(reason="no app secret")
    query = {
        "appid": account.app_id,
        "redirect_uri": return_to,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return f"{account.login_url}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


def openid_of(account: App, code: str) -> str:
    """Whose code it is; each counts once. Raises GatewayUnavailable, GatewayRefused."""
    forbid_in_transaction()
    query = {"appid": account.app_id, "secret": account.app_secret, "code": code, "grant_type": "authorization_code"}
    try:
        response = requests.get(
            f"{account.identity_url}/sns/oauth2/access_token",
            params=query,
            timeout=settings.GATEWAY_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException:
        # Not chained: the address carries the secret, and what is chained is logged.
        raise GatewayUnavailable from None
    return _openid_in(response)


def _openid_in(response: requests.Response) -> str:
    try:
        content = json.loads(response.content)
        if content.get("errcode") in BAD_CODES:
            raise GatewayRefused(reason=str(content["errcode"]))
        return short_text(content["openid"], longest=128)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GatewayUnavailable from error
