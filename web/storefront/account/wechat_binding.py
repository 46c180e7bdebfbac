"""H10: who I am to WeChat, so that I can be told things there. Without an app of ours the demo makes somebody up."""

import secrets
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.services.contacts import bind_wechat
from common.errors import Refusal
from notifications.accounts import WechatApp
from payments.gateways.wechat.identity import authorize_url, openid_of
from web.access import person, signed_in
from web.clients import WECHAT

STATE = "wechat-binding"


def has_wechat() -> bool:
    """Whether anybody can be told anything by WeChat here."""
    return settings.WECHAT_APP is not None or settings.DEMO


def may_bind(request: HttpRequest) -> bool:
    """WeChat's page asks nobody outside WeChat."""
    return settings.DEMO if settings.WECHAT_APP is None else WECHAT in request.headers.get("User-Agent", "")


@never_cache
@signed_in
def bind(request: HttpRequest) -> HttpResponse:
    """Ask WeChat; it leads back here with a code, and with the state that only this session knows."""
    user, code = person(request), request.GET.get("code", "")
    if settings.WECHAT_APP is None:
        if request.method == "POST" and settings.DEMO:
            bind_wechat(user=user, openid=f"sandbox-{user.code}", now=timezone.now())
            messages.success(request, _("微信已绑定"))
        return redirect("storefront:notices")
    if not code:
        state = request.session[STATE] = secrets.token_hex(16)
        return_to = request.build_absolute_uri(request.path)
        return redirect(authorize_url(settings.WECHAT_APP, return_to=return_to, state=state))
    expected = request.session.pop(STATE, "")
    if expected and constant_time_compare(request.GET.get("state", ""), expected):
        _bind(request, code)
    return redirect("storefront:notices")


def _bind(request: HttpRequest, code: str) -> None:
    try:
        openid = openid_of(cast(WechatApp, settings.WECHAT_APP), code)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        bind_wechat(user=person(request), openid=openid, now=timezone.now())
        messages.success(request, _("微信已绑定"))
