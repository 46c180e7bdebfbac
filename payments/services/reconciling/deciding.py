"""What a person decides about a difference; each act is written down."""

import datetime as dt

from django.db import transaction

from common import audit, statemachine
from payments.models import ReconciliationCase, ReconciliationRun
from payments.services.reconciling.replaying import replay
from payments.states import CaseOutcome, CaseStatus


@transaction.atomic
def take_on(*, case: ReconciliationCase, actor_id: int) -> ReconciliationCase:
    """Somebody makes an open case their own. Raises StateChanged when it is closed."""
    if not ReconciliationCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).update(owner_id=actor_id):
        raise statemachine.StateChanged(entity="payments.reconciliationcase", was=case.status, to=case.status)
    _audit(case, "reconciliation.take_on", actor_id)
    case.owner_id = actor_id
    return case


def ask_gateway(*, case: ReconciliationCase, actor_id: int, now: dt.datetime) -> ReconciliationCase:
    """Somebody has the gateway asked once more. Not in a transaction. Raises what `replay` does."""
    _audit(case, "reconciliation.replay", actor_id)
    return replay(case=case, now=now)


@transaction.atomic
def settle(*, case: ReconciliationCase, actor_id: int, note: str, now: dt.datetime) -> ReconciliationCase:
    """Somebody ends a case with words; no reading of the bill opens it again. Raises StateChanged when it is closed."""
    statemachine.move(
        case,
        CaseStatus.SETTLED,
        now=now,
        actor_id=actor_id,
        reason=note,
        owner_id=actor_id,
        closed_at=now,
        outcome=CaseOutcome.BY_HAND,
        note=note[:200],
    )
    _audit(case, "reconciliation.settle", actor_id)
    return case


@transaction.atomic
def read_again(*, run: ReconciliationRun, actor_id: int, now: dt.datetime) -> None:
    """Somebody wants the bill read once more; the sweep does it."""
    ReconciliationRun.objects.filter(pk=run.pk).update(due_at=now)
    audit.record(actor_id=actor_id, action="reconciliation.read_again", subject=f"bill:{run}")


def _audit(case: ReconciliationCase, action: str, actor_id: int) -> None:
    audit.record(
        actor_id=actor_id,
        action=action,
        subject=f"reconciliation_case:{case.number}",
        difference=case.difference,
        their_fen=case.their_fen,
        our_fen=case.our_fen,
    )
