"""What goes wrong on purpose, and when it is its turn."""

import hashlib

from django.db import transaction
from django.db.models import QuerySet

from payments.sandbox.models import SandboxFault


def strikes(kind: SandboxFault.Kind, *, action: str = "", number: str = "") -> SandboxFault | None:
    """The fault of this kind that happens now, used up by one; None when all goes well."""
    ready = SandboxFault.objects.filter(
        kind=kind, action__in=["", action], number__in=["", number], times__gt=0
    ).order_by("pk")
    # Mostly all goes well, and a look costs less than a transaction.
    return _use_up(ready) if ready.exists() else None


@transaction.atomic
def _use_up(ready: QuerySet[SandboxFault]) -> SandboxFault | None:
    fault = ready.select_for_update().first()
    if fault is None:
        return None
    fault.seen += 1
    unlucky = _draw(fault) < fault.percent
    fault.times -= int(unlucky)
    fault.save(update_fields=["seen", "times"])
    return fault if unlucky else None


def _draw(fault: SandboxFault) -> int:
    """0 to 99, the same for the same seed and turn."""
    digest = hashlib.sha256(f"{fault.seed}:{fault.seen}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100
