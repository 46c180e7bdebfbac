"""Every message of the gateway comes 65 times, 50 of them at once, and refunds are told of before their payments."""

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from django.utils import timezone

from accounts.models import User
from campaigns.services.leaving import withdraw
from common.clock import database_now
from common.models import Transition
from faults.books import come_to_rest
from faults.findings import Findings
from faults.seeding import buy, open_code, pay_untold, people, place
from faults.stage import Stage
from faults.waiting import wait_until
from payments.gateways.sandbox import control
from payments.models import LedgerTransaction, Payment, Refund
from payments.sandbox.models import SandboxPayment, SandboxRefund
from payments.sandbox.services.messages import payment_as_json, refund_as_json
from payments.sandbox.signing import signed_headers
from payments.states import PaymentStatus, RefundStatus

AT_ONCE, SERIAL = 50, 15


def run(stage: Stage) -> Findings:
    """Half of the payments are still unknown to us; the others are captured, and their refunds are on their way."""
    size = stage.size
    findings = Findings(f"{AT_ONCE} parallel and {SERIAL} serial copies of {size.storms * 3} messages, out of order")
    code = open_code(stage)
    buyers = people(stage, size.storms * 2)
    payments = [_untold(code, buyer) for buyer in buyers[: size.storms]]
    refunds = _finish_untold(stage, [_held_refund(code, buyer) for buyer in buyers[size.storms :]])
    bodies = [refund_told(refund) for refund in refunds]
    bodies += [payment_told(payment) for payment in (*payments, *(refund.payment for refund in refunds))]
    answers = Counter(status for body in bodies for status in _storm(stage, body))
    findings.count("copies answered 200", answers[200], len(bodies) * (AT_ONCE + SERIAL))
    everybody = [payment.pk for payment in (*payments, *(refund.payment for refund in refunds))]
    _count_payments(findings, everybody)
    _count_refunds(findings, [refund.pk for refund in refunds])
    come_to_rest(findings, seconds=size.patience)
    return findings


def payment_told(payment: Payment) -> bytes:
    """The message about a payment, as the gateway would send it."""
    return _message("payment", payment_as_json(SandboxPayment.objects.get(number=payment.number)))


def refund_told(refund: Refund) -> bytes:
    """The message about a refund, as the gateway would send it."""
    return _message("refund", refund_as_json(SandboxRefund.objects.get(number=refund.number), refund.payment.number))


def _message(kind: str, content: dict[str, Any]) -> bytes:
    number = content.get("refund_number", content["number"])
    return json.dumps({"event_id": f"E-storm-{number}", "type": kind, **content}).encode()


def _untold(code: str, buyer: User) -> Payment:
    _order, payment = place(buyer, code, now=database_now())
    pay_untold(payment)
    return payment


def _held_refund(code: str, buyer: User) -> Refund:
    """The refund of somebody who left, which the gateway will keep waiting."""
    order, payment = buy(buyer, code, now=database_now())
    control("faults", kind="refund_held", number=payment.number)
    withdraw(buyer=buyer, order=order, now=database_now())
    return Refund.objects.select_related("payment").get(payment=payment)


def _finish_untold(stage: Stage, refunds: Sequence[Refund]) -> Sequence[Refund]:
    """Once the gateway has all of them it finishes them, and tells nobody."""
    ids = [refund.pk for refund in refunds]
    accepted = Refund.objects.filter(pk__in=ids, status=RefundStatus.PROCESSING)
    wait_until(lambda: accepted.count() == len(ids), "refunds were not sent", seconds=stage.size.patience)
    for refund in refunds:
        control(f"refunds/{refund.number}/finish")
    return refunds


def _storm(stage: Stage, body: bytes) -> list[int]:
    def send(_copy: int) -> int:
        address = f"{stage.platform.address}/payments/callbacks/sandbox/"
        headers = signed_headers(body, now=timezone.now()) | {"Content-Type": "application/json"}
        return requests.post(address, data=body, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [*pool.map(send, range(AT_ONCE)), *map(send, range(SERIAL))]


def _count_payments(findings: Findings, ids: list[int]) -> None:
    captured = Payment.objects.filter(pk__in=ids, status=PaymentStatus.CAPTURED, applied=True)
    findings.count("payments applied", captured.count(), len(ids))
    _count_steps(findings, "captures", "payments.payment", PaymentStatus.CAPTURED, ids)
    keys = [f"capture:{payment.number}" for payment in captured]
    findings.count("captures booked", LedgerTransaction.objects.filter(key__in=keys).count(), len(ids))


def _count_refunds(findings: Findings, ids: list[int]) -> None:
    done = Refund.objects.filter(pk__in=ids, status=RefundStatus.DONE)
    _count_steps(findings, "refunds arrived", "payments.refund", RefundStatus.DONE, ids)
    keys = [f"refunded:{refund.number}" for refund in done]
    findings.count("refunds booked", LedgerTransaction.objects.filter(key__in=keys).count(), len(ids))


def _count_steps(findings: Findings, what: str, entity: str, state: str, ids: list[int]) -> None:
    steps = Transition.objects.filter(entity=entity, object_id__in=ids, to_state=state)
    findings.count(what, steps.count(), len(ids))
