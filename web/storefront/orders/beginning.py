"""A payment begins: started here, opened at its gateway for what the payer holds."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.selectors.orders import payments_of
from orders.services.paying import start_payment
from payments.errors import PaymentInProgress
from payments.models import Payment
from payments.services.querying import resolve
from payments.services.starting import open_at_gateway
from payments.states import BALANCE
from web.clients import payer_client


def begin(request: HttpRequest, mine: Order, gateway: str, *, balance_fen: int = 0) -> Payment:
    """An opened payment for what the balance does not pay; one that is over where nothing is left to pay.

    One begun elsewhere, or on another kind of device, is asked about and closed first.
    """
    try:
        return _start(request, mine, gateway, balance_fen)
    except PaymentInProgress:
        for other in payments_of(mine):
            resolve(payment=other, now=timezone.now(), close=True)
        return _start(request, mine, gateway, balance_fen)


def open_here(request: HttpRequest, mine: Order, payment: Payment, *, openid: str = "") -> None:
    """Open a payment at its gateway for what this visitor holds. Raises what `open_at_gateway` does."""
    return_url = request.build_absolute_uri(reverse("storefront:paid", args=[mine.number]))
    client = payer_client(request, openid=openid)
    open_at_gateway(payment=payment, now=timezone.now(), return_url=return_url, client=client)


def _start(request: HttpRequest, mine: Order, gateway: str, balance_fen: int) -> Payment:
    payment = start_payment(order=mine, gateway=gateway, balance_fen=balance_fen, now=timezone.now())
    if payment.gateway != BALANCE:
        open_here(request, mine, payment)
    return payment
