"""What customers are told, written down before it is sent: a message survives any restart."""

import datetime as dt
import json
from typing import Any

from django.conf import settings

from common.ids import new_code
from payments.sandbox.models import SandboxDelivery, SandboxFault, SandboxPayment, SandboxRefund
from payments.sandbox.services.faults import strikes

# A message that is to be overtaken by the next one waits no longer for it than this.
LONGEST_SWAP = dt.timedelta(minutes=1)


def tell_payment(payment: SandboxPayment, *, now: dt.datetime, copies: int = 1) -> None:
    """Send the state of a payment to its customer, in so many copies."""
    _send(payment, {"type": "payment", **payment_as_json(payment)}, due_at=now, copies=copies)


def tell_refund(refund: SandboxRefund, *, due_at: dt.datetime) -> None:
    """Send the state of a refund to its customer, not before an instant."""
    _send(refund.payment, {"type": "refund", **refund_as_json(refund, refund.payment.number)}, due_at=due_at)


def payment_as_json(payment: SandboxPayment) -> dict[str, Any]:
    """A payment as answers and messages carry it; times in ISO 8601, amounts in fen."""
    return {
        "merchant_no": settings.SANDBOX_MERCHANT_NO,
        "number": payment.number,
        "status": payment.status,
        "amount_fen": payment.amount_fen if payment.paid_fen is None else payment.paid_fen,
        "gateway_number": payment.gateway_number,
        "paid_at": payment.paid_at.isoformat() if payment.paid_at else None,
    }


def refund_as_json(refund: SandboxRefund, payment_number: str) -> dict[str, Any]:
    """A refund as answers and messages carry it."""
    return {
        "merchant_no": settings.SANDBOX_MERCHANT_NO,
        "number": payment_number,
        "refund_number": refund.number,
        "status": refund.status,
        "amount_fen": refund.amount_fen,
        "done_at": refund.done_at.isoformat() if refund.done_at else None,
    }


def messages(content: dict[str, Any], *, number: str, due_at: dt.datetime, copies: int = 1) -> list[SandboxDelivery]:
    """What is sent about a payment of that number or its refund, in so many copies unless a fault has other plans."""
    if strikes(SandboxFault.Kind.CALLBACK_LOST, number=number):
        return []
    late = strikes(SandboxFault.Kind.CALLBACK_LATE, number=number)
    swapped = strikes(SandboxFault.Kind.CALLBACK_SWAPPED, number=number)
    forged = strikes(SandboxFault.Kind.CALLBACK_FORGED, number=number)
    doubled = strikes(SandboxFault.Kind.CALLBACK_DOUBLED, number=number)
    delay = dt.timedelta(seconds=late.value) if late else LONGEST_SWAP if swapped else dt.timedelta()
    event_id = f"E{new_code(20)}"
    return [
        SandboxDelivery(
            event_id=event_id,
            body=json.dumps({"event_id": event_id, **content}, ensure_ascii=False),
            due_at=due_at + delay,
            forged=forged is not None,
            overtaken=swapped is not None,
        )
        for _copy in range(copies + 1 if doubled else copies)
    ]


def _send(payment: SandboxPayment, content: dict[str, Any], *, due_at: dt.datetime, copies: int = 1) -> None:
    if not payment.notify_url:
        return
    written = messages(content, number=payment.number, due_at=due_at, copies=copies)
    for message in written:
        message.url = payment.notify_url
    SandboxDelivery.objects.bulk_create(written)
