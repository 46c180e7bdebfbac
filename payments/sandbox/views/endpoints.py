"""What customers' servers call: signed JSON in, signed JSON out."""

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.errors import Refusal
from payments.sandbox.errors import Unknown, Unreadable
from payments.sandbox.models import SandboxFault
from payments.sandbox.services import bills, faults, payments, refunds
from payments.sandbox.services.messages import payment_as_json, refund_as_json
from payments.sandbox.services.payments import Bill
from payments.sandbox.signing import Stale, Unsigned, check, signed_headers

Content = Mapping[str, Any]
UNKNOWN = {"status": "unknown"}


def _open(content: Content, now: dt.datetime) -> dict[str, Any]:
    """The payer's address is under this process's SANDBOX_GATEWAY_URL, which has to be one that browsers reach."""
    bill = Bill(
        number=content["number"],
        amount_fen=content["amount_fen"],
        title=content["title"],
        notify_url=content["notify_url"],
        return_url=content["return_url"],
        expires_at=dt.datetime.fromisoformat(content["expires_at"]),
    )
    payment = payments.open_payment(bill, now=now)
    return {"pay_url": f"{settings.SANDBOX_GATEWAY_URL.rstrip('/')}/pay/{payment.token}/"}


def _query(content: Content, now: dt.datetime) -> dict[str, Any]:
    return payment_as_json(payments.find(content["number"]))


def _close(content: Content, now: dt.datetime) -> dict[str, Any]:
    return payment_as_json(payments.close_payment(content["number"], now=now))


def _refund(content: Content, now: dt.datetime) -> dict[str, Any]:
    made = refunds.refund(
        number=content["refund_number"],
        payment_number=content["number"],
        amount_fen=int(content["amount_fen"]),
        now=now,
    )
    return refund_as_json(made, content["number"])


def _query_refund(content: Content, now: dt.datetime) -> dict[str, Any]:
    known = refunds.find_refund(content["refund_number"], now=now)
    return refund_as_json(known, known.payment.number)


def _bill(content: Content, now: dt.datetime) -> dict[str, Any]:
    """One page: the customer asks from `start` on until there is no more."""
    day = dt.date.fromisoformat(content["day"])
    page, more = bills.page_of_bill(day, start=int(content["start"]), now=now)
    return {"lines": page, "more": more}


ACTIONS: dict[str, Callable[[Content, dt.datetime], dict[str, Any]]] = {
    "open": _open,
    "query": _query,
    "close": _close,
    "refund": _refund,
    "query-refund": _query_refund,
    "bill": _bill,
}
QUERIES = ("query", "query-refund")


@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """One action. The action stands in the signed body too, so that a signature is good for nothing else."""
    now = timezone.now()
    try:
        check(request.headers, request.body, now=now)
    except (Unsigned, Stale):
        return answer({"code": "unsigned"}, status=401)
    try:
        content = json.loads(request.body)
        if content["action"] != action or content["merchant_no"] != settings.SANDBOX_MERCHANT_NO:
            raise Unreadable
        with faults.looked_once():
            return _with_faults(request, action, content, now=now)
    except (ValueError, KeyError, TypeError):
        return answer({"code": Unreadable.code}, status=Unreadable.status)
    except Refusal as refusal:
        return answer({"code": refusal.code}, status=refusal.status)


def answer(content: Content, *, status: int = 200) -> HttpResponse:
    """Signed JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = signed_headers(body, now=timezone.now())
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def hang_up(request: HttpRequest) -> HttpResponse:
    """Cut the line instead of answering."""
    request.META["sandbox.hang_up"]()
    return HttpResponse(status=504)


def _with_faults(request: HttpRequest, action: str, content: Content, *, now: dt.datetime) -> HttpResponse:
    kinds = SandboxFault.Kind
    where = {"action": action, "number": str(content.get("number") or content["day"])}
    if slow := faults.strikes(kinds.DELAY, **where):
        time.sleep(slow.value)
    if faults.strikes(kinds.LOSE_REQUEST, **where):
        return hang_up(request)
    if faults.strikes(kinds.ERROR, **where):
        return answer({"code": "down"}, status=503)
    if faults.strikes(kinds.TOO_MANY, **where):
        return answer({"code": "too_many"}, status=429)
    try:
        result = ACTIONS[action](content, now)
    except Unknown:
        if action not in QUERIES:
            raise
        result = UNKNOWN
    return hang_up(request) if faults.strikes(kinds.DROP_ANSWER, **where) else answer(result)
