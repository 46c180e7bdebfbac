"""K2: what became of each message that left the house; no address, no words, no name."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from common.decisions import decision
from common.operators import OperatorAdmin
from notifications.models import Dispatch
from notifications.services.retrying import send_again
from notifications.states import DispatchState, Reason

LABELS = {"queued": "info", "sending": "info", "sent": "success", "failed": "danger", "suppressed": "warning"}
REASONS = dict(Reason.choices)


@admin.register(Dispatch)
class DispatchAdmin(OperatorAdmin):
    list_display = ("created_at", "channel", "kind", "shown_state", "attempts", "why", "due_at", "done_at")
    list_filter = ("state", "channel", "topic", "error")
    search_fields = ("about", "=kind")
    search_help_text = _("关于什么，比如 order:G2611…，或者类型")
    fields = (("channel", "kind"), "about", ("shown_state", "attempts", "why"), ("created_at", "due_at", "done_at"))
    readonly_fields = ("shown_state", "why")
    actions_detail = ("send_again",)
    actions_list = ("numbers",)

    @display(description=_("状态"), label=LABELS, ordering="state")
    def shown_state(self, dispatch: Dispatch) -> tuple[str, str]:
        return dispatch.state, dispatch.get_state_display()

    @display(description=_("原因"), ordering="error")
    def why(self, dispatch: Dispatch) -> str:
        return str(REASONS.get(dispatch.error, dispatch.error)) or "—"

    @action(description=_("按天看数字"), url_path="numbers", icon="bar_chart")
    def numbers(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:message_days")

    def has_send_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        failed = self.things_of(object_id).filter(state=DispatchState.FAILED).exclude(error=Reason.UNKNOWN)
        return self.has_act_permission(request) and failed.exists()

    @decision(
        title=_("再发一次"),
        consequence=_("只有确定没发出去的才能再发；会重新按收件人的设置检查一遍。"),
        done=_("已放回队列"),
        permissions=("send_again",),
        icon="replay",
    )
    def send_again(self, dispatch: Dispatch, answers: dict[str, Any]) -> None:
        send_again(dispatch=dispatch, actor_id=answers["actor_id"], now=timezone.now())
