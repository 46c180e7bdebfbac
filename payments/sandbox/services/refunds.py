"""The life of a refund in the sandbox's books."""

import copy
import datetime as dt
import json

from django.db import transaction

from common.calls import SaidNo, call
from payments.sandbox.errors import NotEnoughLeft, NotPaid, NumberReused, Unknown
from payments.sandbox.models import SandboxDelivery, SandboxFault, SandboxRefund
from payments.sandbox.services.faults import strikes
from payments.sandbox.services.messages import messages, refund_as_json, tell_refund

Status = SandboxRefund.Status

COLUMNS = [field.attname for field in SandboxRefund._meta.concrete_fields]
GIVE_BACK = f"SELECT {', '.join(COLUMNS)} FROM sandbox_give_back(%s, %s, %s, %s, %s)"
TOLD = ("event_id", "body", "due_at", "forged", "overtaken")


def refund(*, number: str, payment_number: str, amount_fen: int, now: dt.datetime) -> SandboxRefund:
    """Give money back; the same number again is the same refund, and an abnormal one is tried again.

    Raises Unknown, NotPaid, NumberReused, NotEnoughLeft.
    """
    begun = _planned(SandboxRefund(number=number, amount_fen=amount_fen), payment_number, now=now)
    told = [{name: getattr(message, name) for name in TOLD} for message in _messages(begun, payment_number, now=now)]
    plan = {"status": begun.status, "finishes_at": begun.finishes_at, "done_at": begun.done_at, "messages": told}
    try:
        row = call(GIVE_BACK, payment_number, number, amount_fen, json.dumps(plan, default=str), now)
    except SaidNo as no:
        if refusal := no.as_one_of(Unknown, NotPaid, NumberReused, NotEnoughLeft):
            raise refusal from no
        raise
    return SandboxRefund(**dict(zip(COLUMNS, row, strict=True)))


@transaction.atomic
def find_refund(number: str, *, now: dt.datetime) -> SandboxRefund:
    """A refund by the customer's number, arrived if its time has come. Raises Unknown."""
    return _arrived(_locked(number), now=now)


@transaction.atomic
def finish(number: str, *, success: bool, now: dt.datetime) -> SandboxRefund:
    """A refund that was held arrives or fails, and the customer is told."""
    held = _locked(number)
    if held.status == Status.PROCESSING:
        _end(held, Status.DONE if success else Status.ABNORMAL, at=now)
        tell_refund(held, due_at=now)
    return held


def _planned(begun: SandboxRefund, payment_number: str, *, now: dt.datetime) -> SandboxRefund:
    """Arrives at once, unless a fault has other plans."""
    slow = strikes(SandboxFault.Kind.REFUND_SLOW, number=payment_number)
    held = strikes(SandboxFault.Kind.REFUND_HELD, number=payment_number)
    begun.finishes_at = None if held else now + dt.timedelta(seconds=slow.value if slow else 0)
    if strikes(SandboxFault.Kind.REFUND_ABNORMAL, number=payment_number):
        begun.status = Status.ABNORMAL
    elif begun.has_arrived(now):
        begun.status, begun.done_at = Status.DONE, begun.finishes_at
    return begun


def _messages(begun: SandboxRefund, payment_number: str, *, now: dt.datetime) -> list[SandboxDelivery]:
    """The customer hears how it ended, or will end; of one that is held nobody knows yet."""
    ended = copy.copy(begun)
    if begun.status != Status.ABNORMAL:
        ended.status, ended.done_at = Status.DONE, begun.finishes_at
    due_at = now if ended.status == Status.ABNORMAL else begun.finishes_at
    if due_at is None:
        return []
    content = {"type": "refund", **refund_as_json(ended, payment_number)}
    return messages(content, number=payment_number, due_at=due_at)


def _arrived(known: SandboxRefund, *, now: dt.datetime) -> SandboxRefund:
    if known.finishes_at and known.has_arrived(now):
        _end(known, Status.DONE, at=known.finishes_at)
    return known


def _end(known: SandboxRefund, status: SandboxRefund.Status, *, at: dt.datetime) -> None:
    known.status = status
    known.done_at = at if status == Status.DONE else None
    known.save(update_fields=["status", "done_at"])


def _locked(number: str) -> SandboxRefund:
    known = (
        SandboxRefund.objects.select_for_update(of=("self",)).select_related("payment").filter(number=number).first()
    )
    if known is None:
        raise Unknown
    return known
