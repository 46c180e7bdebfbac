"""The key to WeChat's calls: good for two hours, the same for all workers, kept in the cache until shortly before."""

from typing import Any

from django.core.cache import cache

from common.crypto import decrypt, encrypt
from notifications.accounts import WechatApp
from notifications.channels.http import as_json, post_json
from notifications.errors import ChannelUnavailable, OutcomeUnknown

CONTEXT = "wechat.access_token"
# A token that is about to expire may be refused under way.
MARGIN_SECONDS = 300


def access_token(app: WechatApp, *, renew: bool = False) -> str:
    """Asked of stable_token, which gives everybody the same one and makes no other worker's invalid; `renew` only when
    it was refused. Raises ChannelUnavailable: nothing was sent yet, whatever went wrong."""
    key = f"wechat-token:{app.app_id}"
    kept = None if renew else cache.get(key)
    if kept:
        return decrypt(kept, context=CONTEXT)
    token, seconds = _ask(app, renew=renew)
    cache.set(key, encrypt(token, context=CONTEXT), timeout=max(seconds - MARGIN_SECONDS, 1))
    return token


def _ask(app: WechatApp, *, renew: bool) -> tuple[str, int]:
    wanted = {"grant_type": "client_credential", "appid": app.app_id, "secret": app.app_secret, "force_refresh": renew}
    try:
        answer = post_json(f"{app.api_url}/cgi-bin/stable_token", as_json(wanted))
    except OutcomeUnknown as error:
        raise ChannelUnavailable(error.reason) from None
    return _token_in(answer)


def _token_in(answer: dict[str, Any]) -> tuple[str, int]:
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        raise ChannelUnavailable(f"wechat_{answer.get('errcode', 'no_token')}", seconds=60)
    return token, seconds
