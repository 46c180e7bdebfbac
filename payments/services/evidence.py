"""What gateways told us, kept as it came: the proof behind every captured fen, and behind every no."""

import datetime as dt
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_noop

from common import events
from common.alerts import raise_alert
from payments.errors import AmountMismatch, FactRejected, GatewayNumberMismatch, PaidBackOtherwise
from payments.events import PaymentMismatched
from payments.gateways.base import GatewayPayment, GatewayRefund, Notice
from payments.models import Callback, Payment, Refund
from payments.states import PaymentStatus

logger = logging.getLogger(__name__)

LONGEST_BODY = 4_000
MOST_HEADERS = 30
CONTRADICTED = gettext_noop("一笔付款已经收到，渠道又说了别的金额或流水号。请到渠道后台核对，可能多收了一笔钱")
SENT_BACK_TWICE = gettext_noop(
    "一笔异常退款已经用别的方式退给买家，渠道又说它也退了。请到渠道后台核对，可能多退了一笔钱"
)
CONTRADICTIONS = (AmountMismatch, GatewayNumberMismatch, PaidBackOtherwise)


def keep_accepted(
    *, gateway: str, notice: Notice, payment: Payment, headers: Mapping[str, str], body: bytes, now: dt.datetime
) -> bool:
    """Keep a proven message in the caller's transaction; False when the same message is kept already."""
    _row, created = Callback.objects.get_or_create(
        gateway=gateway,
        event_id=notice.event_id,
        verdict=Callback.Verdict.ACCEPTED,
        defaults={
            "payment": payment,
            "amount_fen": (notice.fact.amount_fen or None) if isinstance(notice.fact, GatewayPayment) else None,
            "body": _readable(body),
            "headers": _kept(headers),
            "received_at": now,
        },
    )
    return created


def keep_answer(*, payment: Payment, fact: GatewayPayment, now: dt.datetime) -> None:
    """Keep what a gateway answered when asked, unless a message has proven the same amount before."""
    Callback.objects.get_or_create(
        gateway=payment.gateway,
        payment=payment,
        verdict=Callback.Verdict.ACCEPTED,
        amount_fen=fact.amount_fen,
        defaults={"event_id": f"query:{payment.number}", "body": _as_text(fact), "received_at": now},
    )


def keep_rejected_answer(*, payment: Payment, fact: GatewayPayment, refusal: FactRejected, now: dt.datetime) -> None:
    """Keep an answer that does not fit, once, and raise the alarm."""
    event_id = f"query:{payment.number}"
    if Callback.objects.filter(payment=payment, event_id=event_id, verdict=Callback.Verdict.REJECTED).exists():
        return
    _keep_rejected(
        gateway=payment.gateway, event_id=event_id, payment=payment, refusal=refusal, body=_as_text(fact), now=now
    )


def keep_rejected_refund(*, refund: Refund, fact: GatewayRefund, refusal: FactRejected, now: dt.datetime) -> None:
    """The same for an answer about a refund."""
    payment, event_id = refund.payment, f"query:{refund.number}"
    if Callback.objects.filter(payment=payment, event_id=event_id, verdict=Callback.Verdict.REJECTED).exists():
        return
    _keep_rejected(
        gateway=payment.gateway, event_id=event_id, payment=payment, refusal=refusal, body=_as_text(fact), now=now
    )


def keep_rejected(
    *,
    gateway: str,
    notice: Notice | None,
    refusal: FactRejected,
    headers: Mapping[str, str],
    body: bytes,
    now: dt.datetime,
) -> None:
    """Keep a message that was turned away, in a transaction of its own; a contradiction raises the alarm."""
    about = Payment.objects.filter(gateway=gateway, number=notice.payment_number) if notice else Payment.objects.none()
    _keep_rejected(
        gateway=gateway,
        event_id=notice.event_id if notice else "",
        payment=about.first(),
        refusal=refusal,
        body=_readable(body),
        headers=_kept(headers),
        now=now,
    )


def _keep_rejected(
    *,
    gateway: str,
    event_id: str,
    payment: Payment | None,
    refusal: FactRejected,
    body: str,
    now: dt.datetime,
    headers: dict[str, str] | None = None,
) -> None:
    contradicted = payment if isinstance(refusal, CONTRADICTIONS) else None
    with transaction.atomic():
        Callback.objects.create(
            gateway=gateway,
            event_id=event_id,
            payment=payment,
            verdict=Callback.Verdict.REJECTED,
            reason=refusal.code,
            body=body,
            headers=headers or {},
            received_at=now,
        )
        if contradicted:
            events.publish(PaymentMismatched(payment_id=contradicted.pk, reason=refusal.code))
    logger.warning("gateway message rejected", extra={"gateway": gateway, "reason": refusal.code})
    if contradicted:
        _alarm(contradicted, refusal, now=now)


def _alarm(payment: Payment, refusal: FactRejected, *, now: dt.datetime) -> None:
    """A payment that is not captured waits in a queue of its own; a captured one would be looked at by nobody."""
    logger.error("gateway contradicts a payment", extra={"payment": payment.number, "reason": refusal.code})
    if payment.status == PaymentStatus.CAPTURED:
        sentence = SENT_BACK_TWICE if isinstance(refusal, PaidBackOtherwise) else CONTRADICTED
        subject = f"payment:{payment.number}"
        raise_alert(kind="payment_contradicted", subject=subject, sentence=sentence, now=now, reason=refusal.code)


def _as_text(fact: GatewayPayment | GatewayRefund) -> str:
    return json.dumps(asdict(fact), default=str, ensure_ascii=False)


def _readable(body: bytes) -> str:
    """Text that the database can hold: no broken characters, no NUL, not endless."""
    return body[:LONGEST_BODY].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers a gateway signs with, cut to a size; cookies and tokens of whoever sent it are nobody's evidence."""
    wanted = [(name, value) for name, value in headers.items() if _may_be_signature(name)]
    return {_readable(name.encode()): _readable(value.encode())[:300] for name, value in wanted[:MOST_HEADERS]}


def _may_be_signature(name: str) -> bool:
    lowered = name.lower()
    return any(word in lowered for word in ("signature", "timestamp", "nonce", "serial"))
