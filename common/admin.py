"""Operators: the audit trail, the timelines, and events that a handler could not take."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common import audit, events
from common.decisions import decision
from common.models import AuditEntry, EventDelivery, Transition
from common.operators import OperatorAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(OperatorAdmin):
    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("subject", "action")
    ordering = ("-at",)


@admin.register(Transition)
class TransitionAdmin(OperatorAdmin):
    list_display = ("at", "entity", "object_id", "from_state", "to_state", "actor", "reason")
    list_filter = ("entity",)
    list_select_related = ("actor",)
    search_fields = ("=object_id",)
    search_help_text = _("内部编号")


@admin.register(EventDelivery)
class EventDeliveryAdmin(OperatorAdmin):
    list_display = ("event", "handler", "shown_status", "attempts", "due_at", "error")
    list_filter = ("status", "handler")
    list_select_related = ("event",)
    actions_detail = ("run_again",)

    @display(description=_("状态"), label={"parked": "danger", "waiting": "info", "done": "success"}, ordering="status")
    def shown_status(self, delivery: EventDelivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    def has_run_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == EventDelivery.Status.PARKED

    @decision(
        title=_("再试一次"),
        consequence=_("这个事件会重新投递给它的处理程序，次数从头算起。"),
        done=_("已放回队列"),
        permissions=("run_again",),
        icon="replay",
    )
    def run_again(self, delivery: EventDelivery, answers: dict[str, Any]) -> None:
        events.run_again(delivery, now=timezone.now())
        audit.record(actor_id=answers["actor_id"], action="event.run_again", subject=f"delivery:{delivery.pk}")
