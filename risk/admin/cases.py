"""Cases: what was found about whom, who looks into it, and what a person says of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.acts import subject_in_words
from common.decisions import Note, decision
from common.operators import OperatorAdmin, ShownInline
from risk.models import Evidence, RiskCase
from risk.selectors.cases import held_by, orders_of
from risk.services import deciding
from risk.states import UNDECIDED, CaseStatus, SubjectKind
from risk.words import figure_in_words, sign_in_words, title_of

STATUS_LABELS = {"open": "danger", "in_review": "warning", "confirmed": "info", "dismissed": "success"}
SEVERITY_LABELS = {"low": "info", "medium": "warning", "high": "danger"}
LISTS = {"order": "orders_order", "withdrawal": "payments_withdrawal", "campaign": "campaigns_campaign"}


class WaitingFilter(admin.SimpleListFilter):
    """What somebody has to decide, or what is over."""

    title = _("结案")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("待处理")), ("0", _("已结案"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        found = {"status__in": UNDECIDED}
        return queryset.filter(**found) if self.value() == "1" else queryset.exclude(**found)


class DetectorFilter(admin.SimpleListFilter):
    """Cases by the name of what found them."""

    title = _("检测规则")
    parameter_name = "detector"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = RiskCase.objects.order_by("detector").values_list("detector", flat=True).distinct()
        return [(key, title_of(key)) for key in used]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(detector=self.value()) if self.value() else queryset


class EvidenceInline(ShownInline):
    model = Evidence
    fields = ("seen_at", "thing", "found")
    readonly_fields = fields
    ordering = ("-seen_at", "-pk")

    @display(description=_("关于"))
    def thing(self, evidence: Evidence) -> str:
        kind, _colon, code = evidence.about.partition(":")
        if kind not in LISTS:
            return subject_in_words(evidence.about)
        address = f"{reverse(f'admin:{LISTS[kind]}_changelist')}?{urlencode({'q': code.partition(':')[0]})}"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            address,
            subject_in_words(evidence.about),
        )

    @display(description=_("发现"))
    def found(self, evidence: Evidence) -> str:
        rows = ((figure_in_words(name), _value(value)) for name, value in evidence.figures.items())
        return format_html_join("", "<p>{}：{}</p>", rows) or "—"


@admin.register(RiskCase)
class RiskCaseAdmin(OperatorAdmin):
    list_display = ("number", "what", "whom", "shown_severity", "shown_status", "times", "opened_at", "owner")
    list_filter = (WaitingFilter, "status", "severity", DetectorFilter)
    list_select_related = ("owner", "person")
    search_fields = ("=number", "=subject_code", "evidence__about")
    search_help_text = _("案件号、用户编号、订单号或提现单号")
    ordering = (F("closed_at").desc(nulls_first=True), "opened_at", "pk")
    fields = (
        ("number", "what"),
        ("whom", "person"),
        ("severity", "status"),
        ("opened_at", "age"),
        ("owner", "closed_at"),
        ("held", "note"),
    )
    readonly_fields = ("what", "whom", "age", "held")
    inlines = (EvidenceInline,)
    actions_detail = ("take", "confirm", "dismiss", "hold_orders", "release_orders")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(pieces=Count("evidence"))

    @display(description=_("检测规则"), ordering="detector")
    def what(self, case: RiskCase) -> str:
        return str(title_of(case.detector))

    @display(description=_("对象"))
    def whom(self, case: RiskCase) -> str:
        shown = case.person.shown_name if case.person and case.subject_kind == SubjectKind.PERSON else case.subject_code
        return f"{case.get_subject_kind_display()} {shown}"

    @display(description=_("严重程度"), label=SEVERITY_LABELS, ordering="severity")
    def shown_severity(self, case: RiskCase) -> tuple[str, str]:
        return case.severity, case.get_severity_display()

    @display(description=_("状态"), label=STATUS_LABELS, ordering="status")
    def shown_status(self, case: RiskCase) -> tuple[str, str]:
        return case.status, case.get_status_display()

    @display(description=_("证据"), ordering="pieces")
    def times(self, case: Any) -> int:
        return case.pieces

    @display(description=_("已有多久"))
    def age(self, case: RiskCase) -> str:
        return timesince(case.opened_at, case.closed_at or max(timezone.now(), case.opened_at), depth=1)

    @display(description=_("冻结的订单"))
    def held(self, case: RiskCase) -> str:
        numbers = held_by(case).order_by("pk").values_list("order__number", flat=True)
        return "、".join(numbers) or "—"

    def has_take_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) in UNDECIDED

    def has_confirm_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_take_permission(request, object_id)

    def has_dismiss_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Dismissing what a withdrawal is held for lets it go on, which not everybody may."""
        about_money = self.things_of(object_id).filter(subject_kind=SubjectKind.WITHDRAWAL)
        may_lift = request.user.has_perm("payments.lift_withdrawal_hold")
        return self.has_take_permission(request, object_id) and (may_lift or not about_money.exists())

    def has_hold_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        cases = self.things_of(object_id).exclude(status=CaseStatus.DISMISSED)
        return self._may_freeze(request) and any(orders_of(case).exists() for case in cases)

    def has_release_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_freeze(request) and any(held_by(case).exists() for case in self.things_of(object_id))

    def _may_freeze(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request) and request.user.has_perm("orders.change_order")

    @decision(
        title=_("由我核查"),
        consequence=_("你成为这个案件的负责人，同事看得到。"),
        done=_("已归你核查"),
        permissions=("take",),
        icon="person_add",
    )
    def take(self, case: RiskCase, answers: dict[str, Any]) -> None:
        deciding.take(case=case, now=timezone.now(), **answers)

    @decision(
        title=_("属实"),
        consequence=_(
            "写明凭什么。计入这条规则的准确率；等着核查的奖励作废；从本案冻结的订单继续冻结，直到在这里解除；"
            "被冻结的提现由财务拒绝。"
        ),
        done=_("已按属实结案"),
        permissions=("confirm",),
        form=Note,
        danger=True,
        icon="gavel",
    )
    def confirm(self, case: RiskCase, answers: dict[str, Any]) -> None:
        deciding.confirm(case=case, now=timezone.now(), **answers)

    @decision(
        title=_("误报"),
        consequence=_(
            "写明为什么没有问题。从本案冻结的订单立即解除；被冻结的提现、等着核查的奖励没有别的案件就继续办。"
        ),
        done=_("已按误报结案"),
        permissions=("dismiss",),
        form=Note,
        icon="task_alt",
    )
    def dismiss(self, case: RiskCase, answers: dict[str, Any]) -> None:
        deciding.dismiss(case=case, now=timezone.now(), **answers)

    @decision(
        title=_("冻结相关订单"),
        consequence=_("证据里已付款、没完成的订单，售后期满也不结算给商家和团长，直到在这里解除；取货不受影响。"),
        done=_("已冻结"),
        permissions=("hold",),
        form=Note,
        danger=True,
        icon="ac_unit",
    )
    def hold_orders(self, case: RiskCase, answers: dict[str, Any]) -> None:
        deciding.hold_orders(case=case, now=timezone.now(), **answers)

    @decision(
        title=_("解除冻结"),
        consequence=_("从本案冻结的订单全部解除；售后期已满的，几分钟内结算给商家和团长。"),
        done=_("已解除"),
        permissions=("release",),
        form=Note,
        icon="lock_open",
    )
    def release_orders(self, case: RiskCase, answers: dict[str, Any]) -> None:
        deciding.release_orders(case=case, now=timezone.now(), **answers)


def _value(value: Any) -> str:
    """Codes and numbers as they are, lists in a row."""
    return "、".join(str(sign_in_words(each)) for each in value) if isinstance(value, list) else str(value)
