"""What a person does about a case; each act is written down, and each decision says why."""

import datetime as dt

from django.db import transaction

from accounts.names import clean_name
from common import audit, statemachine
from orders.services import holding
from orders.states import FREEZABLE
from risk.errors import NothingHeld, NothingToHold
from risk.models import RiskCase
from risk.selectors.cases import holder_of, orders_of
from risk.services.consequences import follow_confirmed, follow_dismissed, let_orders_go
from risk.states import CaseStatus

LONGEST_NOTE = 200


@transaction.atomic
def take(*, case: RiskCase, actor_id: int, now: dt.datetime) -> RiskCase:
    """Somebody looks into it, or takes it over from a colleague. Raises StateChanged when it is decided."""
    locked = _lock(case)
    if locked.status == CaseStatus.IN_REVIEW:
        RiskCase.objects.filter(pk=locked.pk).update(owner_id=actor_id)
        locked.owner_id = actor_id
    else:
        statemachine.move(locked, CaseStatus.IN_REVIEW, now=now, actor_id=actor_id, owner_id=actor_id)
    _audit(locked, "risk_case.take", actor_id)
    return locked


@transaction.atomic
def confirm(*, case: RiskCase, actor_id: int, note: str, now: dt.datetime) -> RiskCase:
    """It is so; what follows from it says `consequences`.

    Raises InvalidField without a reason, and StateChanged when it is decided.
    """
    decided = _decide(case, CaseStatus.CONFIRMED, "risk_case.confirm", actor_id=actor_id, note=note, now=now)
    follow_confirmed(decided, actor_id=actor_id, now=now)
    return decided


@transaction.atomic
def dismiss(*, case: RiskCase, actor_id: int, note: str, now: dt.datetime) -> RiskCase:
    """It is not so: whatever waits for this case only goes on. Raises what `confirm` does, and InvolvedOperator."""
    decided = _decide(case, CaseStatus.DISMISSED, "risk_case.dismiss", actor_id=actor_id, note=note, now=now)
    follow_dismissed(decided, actor_id=actor_id, now=now)
    return decided


@transaction.atomic
def hold_orders(*, case: RiskCase, actor_id: int, note: str, now: dt.datetime) -> int:
    """Keep the money of the case's orders where it is, whatever became of the case, unless it was dismissed.

    Returns of how many. Raises StateChanged and NothingToHold.
    """
    locked = _lock(case)
    if locked.status == CaseStatus.DISMISSED:
        raise statemachine.StateChanged(entity="risk.riskcase", was=locked.status, to=locked.status)
    orders = list(orders_of(locked).filter(status__in=FREEZABLE).order_by("pk"))
    if not orders:
        raise NothingToHold
    for order in orders:
        holding.freeze(order=order, actor_id=actor_id, note=note, now=now, by=holder_of(locked))
    _audit(locked, "risk_case.hold", actor_id)
    return len(orders)


@transaction.atomic
def release_orders(*, case: RiskCase, actor_id: int, note: str, now: dt.datetime) -> int:
    """Let the money of the case's orders go; returns of how many. Raises NothingHeld."""
    locked = _lock(case)
    released = let_orders_go(locked, actor_id=actor_id, note=note, now=now)
    if not released:
        raise NothingHeld
    _audit(locked, "risk_case.release", actor_id)
    return released


def _decide(case: RiskCase, to: CaseStatus, action: str, *, actor_id: int, note: str, now: dt.datetime) -> RiskCase:
    said = clean_name(note, field="note", longest=LONGEST_NOTE, required=True)
    locked = _lock(case)
    ended = {"owner_id": actor_id, "closed_at": now, "note": said}
    statemachine.move(locked, to, now=now, actor_id=actor_id, reason=said, **ended)
    _audit(locked, action, actor_id)
    return locked


def _lock(case: RiskCase) -> RiskCase:
    """Its own row, first: whoever holds and whoever decides come one after the other."""
    return RiskCase.objects.select_for_update(no_key=True).get(pk=case.pk)


def _audit(case: RiskCase, action: str, actor_id: int) -> None:
    audit.record(actor_id=actor_id, action=action, subject=f"risk_case:{case.number}", detector=case.detector)
