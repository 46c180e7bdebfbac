"""From our page to the gateway's: by an address, by a QR code, or by the script of WeChat's own browser."""

import json

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from orders.errors import NoSuchOrder
from orders.selectors.orders import payments_of
from payments.gateways.base import gateway_named
from payments.gateways.wechat import WeChatGateway
from payments.gateways.wechat.ways import BRIDGE
from payments.models import Payment
from payments.states import PaymentStatus
from web.access import own_order, signed_in

TO_SCAN = "weixin:"


@never_cache
@signed_in
def to_gateway(request: HttpRequest, number: str, payment_number: str) -> HttpResponse:
    """Hand the payer over. A page of its own: the security policy lets no form lead to another site."""
    mine = own_order(request, number)
    payment = next((one for one in payments_of(mine) if one.number == payment_number), None)
    if payment is None:
        raise NoSuchOrder
    if payment.status != PaymentStatus.PENDING or not payment.pay_url:
        return redirect("storefront:paid", mine.number)
    context = {"tab": "orders", "order": mine, "payment": payment, "address": payment.pay_url}
    if payment.pay_url.startswith(TO_SCAN):
        code = segno.make(payment.pay_url, error="m").svg_inline(omitsize=True, border=0, dark="#19211d")
        return render(request, "storefront/paying/scan.html", context | {"qr": mark_safe(code)})
    if payment.pay_url.startswith(BRIDGE):
        return render(request, "storefront/paying/bridge.html", context | {"bridge": _bridge(payment)})
    return render(request, "storefront/paying/to_gateway.html", context)


def _bridge(payment: Payment) -> str:
    """What the script calls WeChat's browser with, signed for this very view of the page."""
    gateway = gateway_named(payment.gateway)
    if not isinstance(gateway, WeChatGateway):
        raise NoSuchOrder
    return json.dumps(gateway.bridge_parameters(payment, now=timezone.now()))
