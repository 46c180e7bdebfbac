"""The operators' front page: what waits comes first."""

from typing import Any

from django.http import HttpRequest

from common.models import AuditEntry
from web.operators.queues import waiting

MOST_DECISIONS = 12


def show_what_waits(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the queues with their heights and the last decisions, as far as this operator may see them."""
    context["queues"] = [
        {"title": queue.title, "address": queue.address, "icon": queue.icon, "count": count}
        for queue, count in waiting(request)
    ]
    context["decisions"] = _last_decisions() if request.user.has_perm("common.view_auditentry") else None
    return context


def _last_decisions() -> list[AuditEntry]:
    return list(AuditEntry.objects.select_related("actor").order_by("-at")[:MOST_DECISIONS])
