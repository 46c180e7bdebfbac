"""Detectors: on or off, what follows, the numbers; and how often each was right."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from common.money import format_rate
from common.operators import Exported
from risk.detectors import methods
from risk.detectors.base import Method
from risk.models import Detector
from risk.selectors.detectors import Record, setting_of, with_records
from risk.services.configuring import configure
from risk.states import Action

ACTION_LABELS = {Action.ALLOW: "info", Action.FLAG: "warning", Action.DENY: "danger"}
LINE = "<p>{}：{}</p>"


class DetectorForm(forms.ModelForm):
    """On or off and what follows; the numbers of the method are added for each."""

    class Meta:
        model = Detector
        fields = ("is_on", "action")
        help_texts = {
            "action": _("放行：只在巡查时立案。放行并立案：照常办理，同时立案。拒绝：请对方联系客服，不说原因。")
        }


def _form_of(method: Method) -> type[DetectorForm]:
    """A form that asks for the numbers this method declares, within their bounds."""
    now = setting_of(method.key).parameters
    numbers: dict[str, Any] = {
        each.name: forms.IntegerField(
            label=str(each.label),
            initial=now[each.name],
            min_value=each.least,
            max_value=each.most,
            widget=UnfoldAdminIntegerFieldWidget,
        )
        for each in method.parameters
    }
    return type("FormOfDetector", (DetectorForm,), numbers)


@admin.register(Detector)
class DetectorAdmin(Exported, ModelAdmin):
    """Changed through one service, which writes down who set what. What there is to detect is code."""

    form = DetectorForm
    list_display = ("title", "is_on", "shown_action", "shown_numbers", "waiting", "decided", "precision", "changed_at")
    list_select_related = ("changed_by",)
    readonly_fields = (
        "title",
        "looks_for",
        "shown_numbers",
        "waiting",
        "decided",
        "precision",
        "changed_at",
        "changed_by",
    )
    ordering = ("key",)
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_records(super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        method = methods[obj.key]
        typed = self.has_change_permission(request, obj)
        numbers = tuple(each.name for each in method.parameters) if typed else ("shown_numbers",)
        return (
            "title",
            "looks_for",
            ("is_on", "action"),
            *numbers,
            ("waiting", "decided", "precision"),
            ("changed_at", "changed_by"),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **kwargs | {"form": _form_of(methods[obj.key])})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("检测规则"), ordering="key")
    def title(self, detector: Detector) -> str:
        return str(methods[detector.key].title)

    @display(description=_("找什么"))
    def looks_for(self, detector: Detector) -> str:
        return str(methods[detector.key].looks_for)

    @display(description=_("发现以后"), label=ACTION_LABELS, ordering="action")
    def shown_action(self, detector: Detector) -> tuple[str, str]:
        return detector.action, detector.get_action_display()

    @display(description=_("参数"))
    def shown_numbers(self, detector: Detector) -> str:
        method = methods[detector.key]
        now = method.defaults | detector.parameters
        return format_html_join("", LINE, ((each.label, now[each.name]) for each in method.parameters))

    @display(description=_("待处理"), ordering="undecided")
    def waiting(self, detector: Any) -> int:
        return detector.undecided

    @display(description=_("属实 / 已结"))
    def decided(self, detector: Any) -> str:
        record = _record(detector)
        return f"{record.confirmed} / {record.decided}"

    @display(description=_("准确率"))
    def precision(self, detector: Any) -> str:
        share = _record(detector).precision_bp
        return gettext("还没有结案") if share is None else format_rate(share)

    def save_model(self, request: HttpRequest, obj: Detector, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        configure(
            key=obj.key,
            is_on=typed["is_on"],
            action=typed["action"],
            parameters={each.name: typed[each.name] for each in methods[obj.key].parameters},
            actor_id=request.user.pk,
            now=timezone.now(),
        )


def _record(detector: Any) -> Record:
    return Record(detector.key, detector.undecided, detector.confirmed, detector.dismissed)
