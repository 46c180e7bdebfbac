"""The operators' front page: what waits comes first, late things before others, then the numbers of today."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from common.acts import subject_in_words, words_of
from common.models import AuditEntry
from common.money import format_yuan
from web.operators.queues import Height, waiting
from web.operators.today import today

MOST_DECISIONS = 12


def show_what_waits(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the queues with their heights, the day so far and the last decisions, as far as this operator may see."""
    now = timezone.now()
    context["queues"] = [_queue(height, now) for height in waiting(request)]
    context["numbers"] = _numbers(now) if request.user.has_perm("orders.view_order") else []
    context["decisions"] = _last_decisions() if request.user.has_perm("common.view_auditentry") else None
    return context


def _queue(height: Height, now: dt.datetime) -> dict[str, Any]:
    oldest = height.oldest
    return {
        "title": height.queue.title,
        "address": height.queue.address,
        "count": height.count,
        "waited": timesince(oldest, max(now, oldest), depth=1) if oldest else "",
        "is_late": height.is_late(now),
    }


def _numbers(now: dt.datetime) -> list[tuple[str, str]]:
    day = today(now)
    return [
        (_("付款订单"), f"{day.orders:,}"),
        (_("收款"), format_yuan(day.paid_fen)),
        (_("退款到账"), format_yuan(day.refunded_fen)),
        (_("新用户"), f"{day.newcomers:,}"),
        (_("拼团中"), f"{day.open_campaigns:,}"),
        (_("今晚截止"), f"{day.closing_tonight:,}"),
    ]


def _last_decisions() -> list[tuple[AuditEntry, str, str]]:
    entries = AuditEntry.objects.select_related("actor").order_by("-at")[:MOST_DECISIONS]
    return [(entry, str(words_of(entry.action)), subject_in_words(entry.subject)) for entry in entries]
