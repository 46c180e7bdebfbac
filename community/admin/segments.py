"""H7: operators see who is in which segment, change the thresholds, and put words on people."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from common.decisions import decision
from common.errors import InvalidField, Refusal
from common.money import format_yuan, parse_yuan
from common.operators import Exported, OperatorAdmin, PhoneSearch
from community.models import MemberSegment, SegmentRule, Tag
from community.selectors.segments import RULES, counts, standing_rules
from community.selectors.tags import platform_tags_on
from community.services import tagging
from community.services.segmenting.ruling import change_rules, check_rules

FIGURES = {
    "member_days": _("加入社区天数"),
    "silent_days": _("没有互动天数"),
    "interactions": _("4 周内互动次数"),
    "month_fen": _("30 天消费"),
    "repeats": _("一年内复购次数"),
}


class Word(BaseDialogForm):
    """Asks for one word."""

    name = forms.CharField(label=_("标签"), max_length=tagging.LONGEST_TAG, widget=UnfoldAdminTextInputWidget)


@admin.register(MemberSegment)
class MemberSegmentAdmin(PhoneSearch, OperatorAdmin):
    """Shown as the last night left it; nobody types a segment."""

    phone_hash_path = "user__phone_hash"
    list_before_template = "admin/segments.html"
    list_display = ("user", "shown_segment", "recency_score", "frequency_score", "monetary_score", "since")
    list_filter = ("segment", "recency_score", "frequency_score", "monetary_score")
    list_select_related = ("user",)
    search_fields = ("user__code", "=user__phone_tail")
    search_help_text = _("完整手机号、尾号 4 位或用户编号")
    fields = (
        ("user", "shown_segment"),
        ("since", "computed_at"),
        ("recency_score", "frequency_score", "monetary_score"),
        "reasons",
        "words",
    )
    readonly_fields = ("shown_segment", "reasons", "words")
    actions_detail = ("tag", "untag")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        found = counts()
        overview = {"segments": found, "members": max(sum(count for _segment, count in found), 1)}
        return super().changelist_view(request, (extra_context or {}) | overview)

    @display(description=_("分层"), ordering="segment", label=True)
    def shown_segment(self, standing: MemberSegment) -> str:
        return standing.get_segment_display()

    @display(description=_("依据"))
    def reasons(self, standing: MemberSegment) -> str:
        figures = standing.figures | {"month_fen": format_yuan(standing.figures.get("month_fen", 0))}
        return "；".join(f"{word} {figures[name]}" for name, word in FIGURES.items() if name in figures)

    @display(description=_("平台标签"))
    def words(self, standing: MemberSegment) -> str:
        return "、".join(platform_tags_on(standing.user)) or "—"

    @decision(
        title=_("贴标签"),
        consequence=_("只有平台运营看得到；没有这个标签就新建一个。"),
        done=_("标签已贴上"),
        form=Word,
        icon="new_label",
    )
    def tag(self, standing: MemberSegment, answers: dict[str, Any]) -> None:
        tagging.tag_person(user=standing.user, now=timezone.now(), **answers)

    @decision(
        title=_("去掉标签"),
        consequence=_("只从这个人身上去掉，标签还在。"),
        done=_("标签已去掉"),
        form=Word,
        icon="label_off",
    )
    def untag(self, standing: MemberSegment, answers: dict[str, Any]) -> None:
        tagging.untag(merchant=None, user=standing.user, **answers)


class RulesForm(forms.ModelForm):
    """Starts from the thresholds that count; money is typed in yuan."""

    high_value = forms.CharField(
        label=_("高价值：30 天消费（元）"),
        max_length=16,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = SegmentRule
        fields = tuple(name for name in RULES if name != "high_value_fen")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rules = standing_rules()
        counted = {name: getattr(rules, name) for name in RULES}
        counted["high_value"] = format_yuan(rules.high_value_fen).removeprefix("¥")
        super().__init__(*args, **kwargs | {"initial": counted})

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                typed["high_value_fen"] = parse_yuan(typed.pop("high_value"))
                check_rules(typed)
            except InvalidField as refusal:
                self.add_error(_field_of(refusal), str(refusal))
            except Refusal as refusal:
                self.add_error("high_value", str(refusal))
        return typed


def _field_of(refusal: InvalidField) -> str:
    field: str = refusal.params["field"]
    return "high_value" if field == "high_value_fen" else field


@admin.register(SegmentRule)
class SegmentRuleAdmin(Exported, ModelAdmin):
    """The rules there were, the newest first and in force. Changing them is adding a row; no row is ever changed."""

    form = RulesForm
    list_display = ("made_at", "made_by", *(name for name in RULES if name != "high_value_fen"), "shown_high_value")
    list_select_related = ("made_by",)
    ordering = ("-pk",)
    fields = (
        ("silent_days", "grown_days"),
        ("high_value", "high_value_repeats"),
        ("dormant_below", "active_from"),
        "repeats",
    )
    compressed_fields = True

    @display(description=_("高价值：30 天消费"), ordering="high_value_fen")
    def shown_high_value(self, rules: SegmentRule) -> str:
        return format_yuan(rules.high_value_fen)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*RULES, "made_by", "made_at") if obj else self.fields

    def save_model(self, request: HttpRequest, obj: SegmentRule, form: Any, change: bool) -> None:
        thresholds = {name: form.cleaned_data[name] for name in RULES}
        actor_id = request.user.pk
        assert actor_id is not None
        rules = change_rules(thresholds=thresholds, actor_id=actor_id, now=timezone.now())
        obj.pk, obj.made_at = rules.pk, rules.made_at


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ("name",)


@admin.register(Tag)
class TagAdmin(OperatorAdmin):
    """Words on people: the platform's own are made and dropped here, the merchants' are shown."""

    form = TagForm
    list_display = ("name", "owner", "wearers", "made_at")
    list_filter = (("merchant", admin.EmptyFieldListFilter),)
    list_select_related = ("merchant",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name",)
    actions_detail = ("drop",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(worn=Count("people"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("community.add_tag")

    def has_drop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.things_of(object_id).filter(merchant=None).exists()

    @display(description=_("归属"), ordering="merchant")
    def owner(self, tag: Tag) -> str:
        return tag.merchant.name if tag.merchant else str(_("平台"))

    @display(description=_("人数"), ordering="worn")
    def wearers(self, tag: Tag) -> int:
        return tag.worn  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        actor_id = request.user.pk
        assert actor_id is not None
        obj.pk = tagging.make_tag(name=form.cleaned_data["name"], actor_id=actor_id, now=timezone.now()).pk

    @decision(
        title=_("删除标签"),
        consequence=_("从所有人身上去掉，不能恢复。"),
        done=_("标签已删除"),
        permissions=("drop",),
        danger=True,
        icon="label_off",
    )
    def drop(self, tag: Tag, answers: dict[str, Any]) -> None:
        tagging.drop_tag(tag=tag, actor_id=answers["actor_id"])

    def back_to(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """To the list where the thing is gone."""
        if self.things_of(object_id).exists():
            return super().back_to(request, object_id)
        address = reverse("admin:community_tag_changelist")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
