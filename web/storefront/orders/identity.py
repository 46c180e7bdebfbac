"""Who is paying, inside WeChat: it is asked by a detour over its own page, and the answer is kept nowhere."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from orders.models import Order
from orders.selectors.orders import payments_of
from payments.errors import UnknownGateway
from payments.gateways.base import gateway_named
from payments.gateways.wechat import WeChatGateway
from payments.gateways.wechat.identity import authorize_url, openid_of
from payments.states import PaymentStatus
from web.access import own_order, signed_in
from web.storefront.orders.beginning import open_here

PENDING = PaymentStatus.PENDING


@never_cache
@signed_in
def wechat_identity(request: HttpRequest, number: str, gateway: str) -> HttpResponse:
    """Ask WeChat; it leads the payer back here with a code, and with the state that only this session knows."""
    mine = own_order(request, number)
    begun = next((one for one in payments_of(mine) if (one.gateway, one.status) == (gateway, PENDING)), None)
    if begun is None:
        return redirect("storefront:pay", mine.number)
    wechat = gateway_named(gateway)
    if not isinstance(wechat, WeChatGateway):
        raise UnknownGateway
    code = request.GET.get("code", "")
    if not code:
        return _ask(request, mine, wechat)
    expected = request.session.pop(_key(mine), "")
    if not expected or not constant_time_compare(request.GET.get("state", ""), expected):
        return redirect("storefront:pay", mine.number)
    open_here(request, mine, begun, openid=openid_of(wechat.account, code))
    return redirect("storefront:to-gateway", mine.number, begun.number)


def _ask(request: HttpRequest, mine: Order, wechat: WeChatGateway) -> HttpResponse:
    """A page that leads to WeChat's: the security policy lets no form do so."""
    state = request.session[_key(mine)] = secrets.token_hex(16)
    address = authorize_url(wechat.account, return_to=request.build_absolute_uri(request.path), state=state)
    context = {"tab": "orders", "order": mine, "address": address}
    return render(request, "storefront/paying/to_gateway.html", context)


def _key(mine: Order) -> str:
    return f"wechat-identity:{mine.number}"
