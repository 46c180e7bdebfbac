"""What goes wrong on purpose, and when it is its turn."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from common.prepared import Prepared
from payments.sandbox.errors import Unreadable
from payments.sandbox.models import SandboxFault, SandboxStrike

FIELDS = frozenset({"kind", "action", "number", "times", "value", "percent", "seed"})

WAITING = Prepared(lambda: SandboxFault.objects.filter(times__gt=0).values("kind"))
# The kinds that wait for their turn, where somebody has looked; None where nobody has.
_waiting: ContextVar[frozenset[str] | None] = ContextVar("waiting", default=None)


@contextmanager
def looked_once() -> Iterator[None]:
    """Within it only what waits now can happen: mostly all goes well, and one look is enough for a whole request."""
    token = _waiting.set(frozenset(fault["kind"] for fault in WAITING.rows()))
    try:
        yield
    finally:
        _waiting.reset(token)


def strikes(kind: SandboxFault.Kind, *, action: str = "", number: str = "") -> SandboxFault | None:
    """The fault of this kind that happens now, used up by one; None when all goes well."""
    waiting = _waiting.get()
    if waiting is not None and kind not in waiting:
        return None
    ready = SandboxFault.objects.filter(
        kind=kind, action__in=["", action], number__in=["", number], times__gt=0
    ).order_by("pk")
    # A look costs less than a transaction.
    return _use_up(ready, action=action, number=number) if ready.exists() else None


def draw(seed: str) -> int:
    """0 to 99, the same for the same seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % 100


def add(content: Mapping[str, Any]) -> SandboxFault:
    """Something goes wrong from now on. Raises Unreadable for what is no fault."""
    fault = _read(content)
    fault.save()
    return fault


@transaction.atomic
def load_script(script: Any) -> list[SandboxFault]:
    """All that goes wrong from now on: {"seed": …, "faults": [{"kind": …}, …]}. What went wrong before does no more.

    A fault without a seed of its own has its share of the script's: the same script brings the same luck. Raises
    Unreadable, and all is as it was.
    """
    wanted = script.get("faults") if isinstance(script, dict) else None
    if not isinstance(wanted, list) or not all(isinstance(content, dict) for content in wanted):
        raise Unreadable
    clear()
    return [add({"seed": f"{script.get('seed', '')}:{place}", **content}) for place, content in enumerate(wanted)]


def clear() -> int:
    """All goes well again. Returns how many faults there were."""
    _rows, per_model = SandboxFault.objects.all().delete()
    return per_model.get(SandboxFault._meta.label, 0)


def trace() -> list[dict[str, Any]]:
    """What came true so far, in the order it did: the place of the fault among the others, its kind, and its turn."""
    places = {pk: place for place, pk in enumerate(SandboxFault.objects.order_by("pk").values_list("pk", flat=True))}
    struck = SandboxStrike.objects.order_by("pk").select_related("fault")
    return [
        {"fault": places[strike.fault_id], "kind": strike.fault.kind, "turn": strike.turn, "action": strike.action}
        for strike in struck
    ]


@transaction.atomic
def _use_up(ready: QuerySet[SandboxFault], *, action: str, number: str) -> SandboxFault | None:
    fault = ready.select_for_update().first()
    if fault is None:
        return None
    fault.seen += 1
    unlucky = draw(f"{fault.seed}:{fault.seen}") < fault.percent
    fault.times -= int(unlucky)
    fault.save(update_fields=["seen", "times"])
    if not unlucky:
        return None
    SandboxStrike.objects.create(fault=fault, turn=fault.seen, action=action, number=number)
    return fault


def _read(content: Mapping[str, Any]) -> SandboxFault:
    if not content.keys() <= FIELDS:
        raise Unreadable
    fault = SandboxFault(**content)
    try:
        fault.full_clean()
    except ValidationError:
        raise Unreadable from None
    return fault
