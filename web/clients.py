"""Who is at the other end of the wire."""

from django.conf import settings
from django.http import HttpRequest

from payments.gateways.base import PayerClient
from payments.states import PayerDevice

WECHAT = "MicroMessenger"
PHONES = ("Mobile", "Android", "iPhone")


def client_address(request: HttpRequest) -> str:
    """The visitor's IP address.

    Only our own proxies are believed: the address is TRUSTED_PROXIES places from the right of X-Forwarded-For,
    because everything further left was written by the visitor.
    """
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(forwarded) >= trusted:
        return forwarded[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


def payer_client(request: HttpRequest, *, openid: str = "") -> PayerClient:
    """What somebody pays with, as their browser says of itself."""
    browser = request.headers.get("User-Agent", "")
    device = PayerDevice.PHONE if any(word in browser for word in PHONES) else PayerDevice.DESKTOP
    return PayerClient(
        device=PayerDevice.WECHAT if WECHAT in browser else device, ip=client_address(request), openid=openid
    )
