"""The audit trail: one row for each act of a person that others may ask about later."""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now

from common.models import AuditEntry


def record(*, actor_id: int | None, action: str, subject: str, **detail: Any) -> AuditEntry:
    """Write one row in the caller's transaction. `detail` holds ids and amounts, never personal data."""
    return AuditEntry.objects.create(actor_id=actor_id, action=action, subject=subject, detail=detail, at=Now())


def record_many(*, actor_id: int | None, action: str, subjects: Iterable[str]) -> None:
    """Write one row for each subject, in one statement."""
    AuditEntry.objects.bulk_create(
        AuditEntry(actor_id=actor_id, action=action, subject=subject, at=Now()) for subject in subjects
    )
