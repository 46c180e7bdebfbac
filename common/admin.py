"""Operators: alerts, the audit trail, the timelines, and events that a handler could not take."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import F, Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common import audit, events
from common.acts import ACTS, ALERTS, alert_in_words, subject_in_words, words_of
from common.alerts import close_by_hand
from common.decisions import Note, decision
from common.labels import LABELS
from common.models import Alert, AuditEntry, EventDelivery, Transition
from common.operators import OperatorAdmin


class OpenFilter(admin.SimpleListFilter):
    """What somebody has to look into, or what is over."""

    title = _("状态")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("待处理")), ("0", _("已关闭"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_at__isnull=self.value() == "1") if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    """Alerts by their words."""

    title = _("类型")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ALERTS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Alert)
class AlertAdmin(OperatorAdmin):
    list_display = ("first_seen_at", "what", "thing", "says", "times", "last_seen_at", "closed_at")
    list_filter = (OpenFilter, KindFilter)
    list_display_links = ("first_seen_at", "what")
    search_fields = ("subject",)
    search_help_text = _("对象编号，比如 campaign:7K2M")
    ordering = (F("closed_at").desc(nulls_first=True), "first_seen_at")
    fields = (
        "what",
        "thing",
        "says",
        "particulars",
        ("first_seen_at", "last_seen_at", "times"),
        ("closed_at", "closed_by", "note"),
    )
    readonly_fields = ("what", "thing", "says", "particulars")
    actions_detail = ("close",)

    @display(description=_("类型"), ordering="kind", label="danger")
    def what(self, alert: Alert) -> str:
        return str(alert_in_words(alert.kind))

    @display(description=_("对象"), ordering="subject")
    def thing(self, alert: Alert) -> str:
        return subject_in_words(alert.subject)

    @display(description=_("说明"))
    def says(self, alert: Alert) -> str:
        return gettext(alert.sentence)

    @display(description=_("详情"))
    def particulars(self, alert: Alert) -> str:
        rows = ((LABELS.get(name, name), value) for name, value in alert.detail.items())
        return format_html_join("", "<p>{}: {}</p>", rows) or "—"

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.things_of(object_id).filter(closed_at__isnull=True).exists()

    @decision(
        title=_("关闭告警"),
        consequence=_("写明做了什么。问题如果还在，下一次检查会重新报警。"),
        done=_("已关闭"),
        permissions=("close",),
        form=Note,
        icon="task_alt",
    )
    def close(self, alert: Alert, answers: dict[str, Any]) -> None:
        close_by_hand(alert=alert, actor_id=answers["actor_id"], note=answers["note"], now=timezone.now())


class ActFilter(admin.SimpleListFilter):
    """Acts by their words; the codes that are in use need no look into the table."""

    title = _("操作")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ACTS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(OperatorAdmin):
    list_display = ("at", "actor", "act", "thing")
    list_filter = (ActFilter,)
    list_select_related = ("actor",)
    search_fields = ("subject", "action")
    search_help_text = _("对象编号，比如 campaign:7K2M")
    fields = ("at", "actor", "act", "subject", "detail")
    readonly_fields = ("act",)
    ordering = ("-at",)

    @display(description=_("操作"), ordering="action")
    def act(self, entry: AuditEntry) -> str:
        return str(words_of(entry.action))

    @display(description=_("对象"), ordering="subject")
    def thing(self, entry: AuditEntry) -> str:
        return subject_in_words(entry.subject)


@admin.register(Transition)
class TransitionAdmin(OperatorAdmin):
    list_display = ("at", "thing", "object_id", "was", "became", "actor", "reason")
    list_filter = ("entity",)
    list_select_related = ("actor",)
    search_fields = ("=object_id",)
    search_help_text = _("内部编号")
    fields = ("at", "thing", "object_id", ("was", "became"), "actor", "reason")
    readonly_fields = ("thing", "was", "became")

    @display(description=_("对象"), ordering="entity")
    def thing(self, step: Transition) -> str:
        model = _model_of(step)
        return str(model._meta.verbose_name) if model else step.entity

    @display(description=_("原状态"))
    def was(self, step: Transition) -> str:
        return _state(step, step.from_state)

    @display(description=_("新状态"))
    def became(self, step: Transition) -> str:
        return _state(step, step.to_state)


def _model_of(step: Transition) -> type[Model] | None:
    try:
        return apps.get_model(step.entity)
    except (LookupError, ValueError):
        return None


def _state(step: Transition, state: str) -> str:
    """The word for a state of this kind of thing."""
    model = _model_of(step)
    words = dict(getattr(model._meta.get_field("status"), "flatchoices", ())) if model else {}
    return str(words.get(state, state or "—"))


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
