"""I6: the risk register, written and reviewed through services."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from common.decisions import Note, decision
from common.errors import InvalidField
from common.operators import OperatorAdmin
from risk.models import RiskItem
from risk.services.register import RiskDetails, add_item, change_item, check_details, remove_item, review_item
from risk.states import RiskState
from risk.words import control_in_words

STATE_LABELS = {"uncontrolled": "danger", "partial": "warning", "controlled": "success", "accepted": "info"}
WRITTEN = ("code", "title", "category", "description", "state", "control", "owner_group", "owner")


def groups() -> list[tuple[str, str]]:
    """The groups of operators one may choose from."""
    return [("", "—"), *((name, name) for name in settings.OPERATOR_GROUPS)]


class RiskItemForm(forms.ModelForm):
    """Says at the field what the service would refuse."""

    controls = forms.CharField(
        label=_("靠什么控制"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("一行一项：detector:velocity、check:payee_is_new、invariant:events_get_through、process:抽检"),
    )
    owner_group = forms.ChoiceField(
        label=_("负责的运营组"), required=False, choices=groups, widget=UnfoldAdminSelectWidget
    )
    owner = forms.ModelChoiceField(
        User.objects.filter(is_staff=True).order_by("pk"),
        label=_("负责人"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = RiskItem
        fields = WRITTEN

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "controls" in self.fields:
            self.fields["controls"].initial = "\n".join(self.instance.controlled_by)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                check_details(details_of(typed))
            except InvalidField as refusal:
                field = refusal.params["field"]
                self.add_error("controls" if field == "controlled_by" else field, str(refusal))
        return typed


def details_of(typed: dict[str, Any]) -> RiskDetails:
    """What was typed, as the service takes it."""
    owner = typed.get("owner")
    rest = {name: typed[name] for name in WRITTEN if name != "owner"}
    return RiskDetails(
        **rest, controlled_by=tuple(typed["controls"].splitlines()), owner_id=owner.pk if owner else None
    )


class Review(Note):
    """Where it stands now, and what was looked at."""

    state = forms.ChoiceField(label=_("状态"), choices=RiskState.choices, widget=UnfoldAdminSelectWidget)
    field_order = ("state", "note")


class OverdueFilter(admin.SimpleListFilter):
    """What nobody has looked at for too long."""

    title = _("复核")
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("该复核了"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(next_review_at__lt=timezone.now()) if self.value() else queryset


@admin.register(RiskItem)
class RiskItemAdmin(OperatorAdmin):
    form = RiskItemForm
    list_display = ("title", "category", "shown_state", "answers_for_it", "controls_shown", "due_on")
    list_filter = ("state", "category", OverdueFilter)
    list_select_related = ("owner",)
    search_fields = ("title", "code", "description")
    ordering = ("category", "code")
    readonly_fields = ("reviewed_at", "next_review_at")
    actions_detail = ("review",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        written = (("code", "category"), "title", "description", "state", "control")
        may_write = self.has_change_permission(request, obj) if obj else True
        controls = "controls" if may_write else "controls_shown"
        looked_at = (("reviewed_at", "next_review_at"),) if obj else ()
        return (*written, controls, ("owner_group", "owner"), *looked_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("controls_shown", *self.readonly_fields)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_delete_permission(self, request, obj)

    @display(description=_("状态"), label=STATE_LABELS, ordering="state")
    def shown_state(self, item: RiskItem) -> tuple[str, str]:
        return item.state, item.get_state_display()

    @display(description=_("负责"))
    def answers_for_it(self, item: RiskItem) -> str:
        return str(item.owner or item.owner_group)

    @display(description=_("靠什么控制"))
    def controls_shown(self, item: RiskItem) -> str:
        return "、".join(str(control_in_words(control)) for control in item.controlled_by) or "—"

    @display(description=_("下次复核"), ordering="next_review_at")
    def due_on(self, item: RiskItem) -> str:
        return date_format(timezone.localtime(item.next_review_at), "DATE_FORMAT")

    def save_model(self, request: HttpRequest, obj: RiskItem, form: Any, change: bool) -> None:
        details = details_of(form.cleaned_data)
        if change:
            change_item(item=obj, details=details, actor_id=request.user.pk)
        else:
            obj.pk = add_item(details=details, actor_id=request.user.pk, now=timezone.now()).pk

    def delete_model(self, request: HttpRequest, obj: RiskItem) -> None:
        remove_item(item=obj, actor_id=request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for item in queryset:
            remove_item(item=item, actor_id=request.user.pk)

    def has_review_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.things_of(object_id).exists()

    @decision(
        title=_("复核"),
        consequence=_("写明看了什么、现在是什么状态。下次复核在 90 天以后。"),
        done=_("已复核"),
        permissions=("review",),
        form=Review,
        icon="fact_check",
    )
    def review(self, item: RiskItem, answers: dict[str, Any]) -> None:
        review_item(item=item, now=timezone.now(), **answers)
