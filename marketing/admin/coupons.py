"""G1: operators make coupons at the platform's cost, give them out and stop them; those of merchants they only see."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from common.decisions import decision
from common.errors import InvalidField, Refusal
from common.money import format_yuan
from common.operators import OperatorAdmin, PhoneSearch
from marketing.models import CodeBatch, Coupon, CouponCode, CouponTemplate
from marketing.plans import CouponPlan, ScopePlan
from marketing.selectors.results import Results, results_of
from marketing.selectors.scopes import KINDS, choices_of
from marketing.services.audiences import issue_to
from marketing.services.codes import MOST_CODES, add_word, order_batch
from marketing.services.templates import change_template, check_change, create_template, plan_of, stop_template
from marketing.states import Audience, ScopeKind, TemplateStatus

PLANNED = tuple(name for name in CouponPlan.__dataclass_fields__ if name != "scopes")
OPTIONAL = {"valid_from", "valid_until", "valid_days", "closes_at", "cap_fen", "total"}


class TemplateForm(forms.ModelForm):
    """Says at the field what the service would refuse. Scopes are chosen as `kind:key`."""

    scopes = forms.MultipleChoiceField(
        label=_("适用范围"),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("同一类里任选其一即可，不同类要同时满足；都不选就不限"),
    )

    class Meta:
        model = CouponTemplate
        fields = PLANNED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = plan_of(self.instance).scopes if self.instance.pk else ()
        self.fields["scopes"].choices = _scope_choices(chosen)  # type: ignore[attr-defined]
        self.initial["scopes"] = [f"{scope.kind}:{scope.key}" for scope in chosen]
        # A page that only shows has none of them.
        for name in OPTIONAL & self.fields.keys():
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                check_change(template=self._stored(), plan=self.plan(), now=timezone.now())
            except InvalidField as refusal:
                field = refusal.params["field"]
                self.add_error(field if field in self.fields else None, str(refusal))
            except Refusal as refusal:
                self.add_error(None, str(refusal))
        return typed

    def plan(self) -> CouponPlan:
        """As the service wants it."""
        typed = self.cleaned_data
        scopes = tuple(ScopePlan(*chosen.split(":", 1)) for chosen in typed["scopes"])
        return CouponPlan(**{name: typed[name] for name in PLANNED}, scopes=scopes)

    def _stored(self) -> CouponTemplate | None:
        return CouponTemplate.objects.filter(pk=self.instance.pk).first()

    def _post_clean(self) -> None:
        """The service has judged it; the instance keeps what is stored until it saves."""


def _scope_choices(chosen: tuple[ScopePlan, ...]) -> list[Any]:
    groups: list[Any] = [(f"{ScopeKind.NEWCOMER}:", ScopeKind.NEWCOMER.label)]
    for kind in (*KINDS, ScopeKind.SEGMENT):
        keys = [scope.key for scope in chosen if scope.kind == kind]
        named = [(f"{kind}:{key}", name) for key, name in choices_of(kind, None, chosen=keys)]
        groups.append((str(ScopeKind(kind).label), named))
    return groups


class IssueForm(BaseDialogForm):
    """Asks to whom."""

    audience = forms.ChoiceField(label=_("发给谁"), choices=Audience.choices, widget=UnfoldAdminSelectWidget)
    key = forms.CharField(
        label=_("手机号、社区编号、分层或标签编号"),
        required=False,
        max_length=20,
        widget=UnfoldAdminTextInputWidget,
    )


class CodesForm(BaseDialogForm):
    """Asks for a word, or how many codes."""

    word = forms.CharField(label=_("一个词"), required=False, max_length=20, widget=UnfoldAdminTextInputWidget)
    quantity = forms.IntegerField(
        label=_("或者要几个一次性码"),
        required=False,
        min_value=1,
        max_value=MOST_CODES,
        widget=UnfoldAdminTextInputWidget,
    )


@admin.register(CouponTemplate)
class CouponTemplateAdmin(OperatorAdmin):
    """Everybody's, shown; the platform's are made and changed here, at its cost."""

    form = TemplateForm
    list_display = ("name", "maker", "shown_kind", "shown_status", "issued", "total", "opens_at")
    list_filter = ("funder", "kind", "status")
    list_select_related = ("merchant",)
    search_fields = ("name", "code", "merchant__name")
    search_help_text = _("券名、编号或商家")
    actions_detail = ("issue", "add_codes", "stop")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is not None and obj.merchant_id is None and obj.status == TemplateStatus.ACTIVE
        return own and self.has_act_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ("code", "maker", *PLANNED, "issued", "shown_status", "figures")
        return (*PLANNED, "scopes", *(("figures",) if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ("code", "maker", *PLANNED, "issued", "shown_status", "figures")
        return ("figures",) if obj else ()

    @display(description=_("商家"), ordering="merchant")
    def maker(self, template: CouponTemplate) -> str:
        return template.merchant.name if template.merchant else str(_("平台"))

    @display(description=_("类型"), ordering="kind")
    def shown_kind(self, template: CouponTemplate) -> str:
        return template.get_kind_display()

    @display(description=_("状态"), ordering="status", label={"active": "success", "stopped": "danger"})
    def shown_status(self, template: CouponTemplate) -> tuple[str, str]:
        return template.status, template.get_status_display()

    @display(description=_("效果"))
    def figures(self, template: CouponTemplate) -> str:
        found = results_of([template]).get(template.pk, Results())
        return _("占用 %(held)s，已用 %(used)s，让利 %(discount)s，带来收入 %(revenue)s") % {
            "held": found.held,
            "used": found.used,
            "discount": format_yuan(found.discount_fen),
            "revenue": format_yuan(found.revenue_fen),
        }

    def save_model(self, request: HttpRequest, obj: CouponTemplate, form: Any, change: bool) -> None:
        how: dict[str, Any] = {"plan": form.plan(), "actor_id": request.user.pk, "now": timezone.now()}
        saved = change_template(template=obj, **how) if change else create_template(merchant=None, **how)
        obj.pk, obj.code, obj.name = saved.pk, saved.code, saved.name

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has written the scopes already."""

    def _may_act(self, request: HttpRequest, object_id: Any) -> bool:
        mine = self.things_of(object_id).filter(merchant=None, status=TemplateStatus.ACTIVE)
        return self.has_act_permission(request) and mine.exists()

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_act(request, object_id)

    @decision(
        title=_("发放"),
        consequence=_("每人一张，由平台承担；已经领满的人会跳过。"),
        done=_("已发放"),
        permissions=("give",),
        form=IssueForm,
        icon="redeem",
    )
    def issue(self, template: CouponTemplate, answers: dict[str, Any]) -> None:
        issue_to(template=template, now=timezone.now(), **answers)

    @decision(
        title=_("生成兑换码"),
        consequence=_("写一个词，或者要一批一次性的码；多的在后台生成。"),
        done=_("已提交"),
        permissions=("give",),
        form=CodesForm,
        icon="qr_code",
    )
    def add_codes(self, template: CouponTemplate, answers: dict[str, Any]) -> None:
        if answers["quantity"]:
            order_batch(
                template=template, quantity=answers["quantity"], actor_id=answers["actor_id"], now=timezone.now()
            )
        else:
            add_word(template=template, word=answers["word"], most_uses=None, actor_id=answers["actor_id"])

    @decision(
        title=_("停止发放"),
        consequence=_("没有人能再领，兑换码也不能再用，不能撤回；领到的人还能用。"),
        done=_("已停止发放"),
        permissions=("give",),
        danger=True,
        icon="block",
    )
    def stop(self, template: CouponTemplate, answers: dict[str, Any]) -> None:
        stop_template(template=template, actor_id=answers["actor_id"], now=timezone.now())


@admin.register(Coupon)
class CouponAdmin(PhoneSearch, OperatorAdmin):
    phone_hash_path = "user__phone_hash"
    list_display = ("code", "template", "user", "shown_status", "received_at", "valid_until", "used_at")
    list_filter = ("status", "template__funder")
    list_select_related = ("template", "user")
    search_fields = ("code", "template__code", "order__number", "=user__phone_tail")
    search_help_text = _("券编号、订单号或手机号")
    fields = (
        ("code", "shown_status"),
        ("template", "user"),
        "source",
        ("received_at", "valid_from", "valid_until"),
        ("order", "used_at", "returned_at"),
    )
    readonly_fields = ("shown_status",)

    @display(description=_("状态"), ordering="status", label={"claimed": "info", "held": "warning", "used": "success"})
    def shown_status(self, coupon: Coupon) -> tuple[str, str]:
        return coupon.status, coupon.get_status_display()


@admin.register(CouponCode)
class CouponCodeAdmin(OperatorAdmin):
    list_display = ("text", "template", "batch", "uses", "most_uses")
    list_select_related = ("template", "batch")
    search_fields = ("text", "template__code", "batch__code")
    search_help_text = _("兑换码、券编号或批次编号")
    fields = (("text", "template"), ("batch", "uses", "most_uses"))


@admin.register(CodeBatch)
class CodeBatchAdmin(OperatorAdmin):
    list_display = ("code", "template", "quantity", "made", "asked_by", "asked_at", "made_at")
    list_select_related = ("template", "asked_by")
    search_fields = ("code", "template__code")
    search_help_text = _("批次编号或券编号")
    fields = (("code", "template"), ("quantity", "made"), ("asked_by", "asked_at", "made_at"))
