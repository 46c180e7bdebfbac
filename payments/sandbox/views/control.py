"""The knobs: what happens to a payment or refund, and what goes wrong on purpose. Served in demos and tests only."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from payments.sandbox.errors import Unknown, Unreadable
from payments.sandbox.services import faults, payments, refunds
from payments.sandbox.services.messages import payment_as_json, refund_as_json


@require_POST
def control_payment(request: HttpRequest, number: str, outcome: str) -> JsonResponse:
    """succeed: paid and told once. duplicate: told twice. lose: paid, nobody is told. fail: the bank says no.

    The body may bend a success: {"amount_fen": …, "paid_at": "…"}.
    """
    content = _content(request)
    now = timezone.now()
    if outcome == "fail":
        return JsonResponse(payment_as_json(payments.fail(number, now=now)))
    paid_at = content.get("paid_at")
    paid = payments.pay(
        number,
        now=now,
        paid_at=dt.datetime.fromisoformat(paid_at) if paid_at else None,
        told_fen=content.get("amount_fen"),
        copies={"succeed": 1, "duplicate": 2, "lose": 0}[outcome],
    )
    return JsonResponse(payment_as_json(paid))


@require_POST
def control_refund(request: HttpRequest, number: str, outcome: str) -> JsonResponse:
    """finish: a held refund arrives. spoil: it turns out abnormal."""
    _content(request)
    ended = refunds.finish(number, success=outcome == "finish", now=timezone.now())
    return JsonResponse(refund_as_json(ended, ended.payment.number))


@require_POST
def add_fault(request: HttpRequest) -> JsonResponse:
    """Something goes wrong from now on: {"kind": …, "action", "number", "times", "value", "percent", "seed"}."""
    return JsonResponse({"id": faults.add(_content(request)).pk}, status=201)


@require_POST
def load_script(request: HttpRequest) -> JsonResponse:
    """All that goes wrong from now on: {"seed": …, "faults": [{"kind": …}, …]}."""
    return JsonResponse({"loaded": len(faults.load_script(_content(request)))}, status=201)


@require_POST
def show_trace(request: HttpRequest) -> JsonResponse:
    """What came true so far; the same script and the same calls leave the same trace."""
    _content(request)
    return JsonResponse({"trace": faults.trace()})


@require_POST
def clear_faults(request: HttpRequest) -> JsonResponse:
    """All goes well again."""
    _content(request)
    return JsonResponse({"cleared": faults.clear()})


def _content(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON body, empty for none. Unknown outside demos and tests."""
    if not settings.DEMO:
        raise Unknown
    try:
        content = json.loads(request.body or b"{}")
    except ValueError:
        raise Unreadable from None
    if not isinstance(content, dict):
        raise Unreadable
    return content
