"""G5, G8: operators say what bringing a neighbour and coming are worth, when, and how often."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from common import audit
from common.operators import Exported
from marketing.models import CouponTemplate, ReferralProgramme, WelcomeProgramme
from marketing.states import TemplateStatus

SIDES = ("inviter", "invitee")


class ReferralForm(forms.ModelForm):
    """Says at the field what the constraints would refuse."""

    class Meta:
        model = ReferralProgramme
        fields = (
            "title",
            "trigger",
            "starts_at",
            "ends_at",
            "most_per_inviter",
            "is_on",
            *(f"{side}_{benefit}" for side in SIDES for benefit in ("coupon", "points", "cash_fen")),
        )
        help_texts = {
            "starts_at": _("在开始和结束之间注册的新邻居都算，之后才加入社区或完成第一单也发"),
            "inviter_cash_fen": _("单位是分，从平台补贴里出，进余额"),
            "invitee_cash_fen": _("单位是分，从平台补贴里出，进余额"),
            "inviter_coupon": _("券的「每人限领」要够邀请人多次得到，否则多出来的要等你处理"),
        }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for side in SIDES:
            if not any(typed.get(f"{side}_{kind}") for kind in ("coupon", "points", "cash_fen")):
                self.add_error(f"{side}_points", _("两边都要有好处：券、积分、现金至少填一样"))
        _check_window(self, typed)
        return typed


class WelcomeForm(forms.ModelForm):
    """What a new member finds."""

    class Meta:
        model = WelcomeProgramme
        fields = ("title", "coupons", "points", "starts_at", "ends_at", "is_on")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("points") and not typed.get("coupons"):
            self.add_error("points", _("券和积分至少送一样"))
        _check_window(self, typed)
        return typed


class ProgrammeAdmin(Exported, ModelAdmin):
    """Made and switched by operators, never deleted: what it promised stands."""

    ordering = ("-pk",)
    list_filter = ("is_on",)
    compressed_fields = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is CouponTemplate:
            # The platform's own: what the platform gives, a merchant does not pay for.
            kwargs["queryset"] = CouponTemplate.objects.filter(Q(merchant=None), status=TemplateStatus.ACTIVE)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        subject = f"{obj._meta.model_name}:{obj.pk}"
        audit.record(actor_id=request.user.pk, action="programme.save", subject=subject, is_on=obj.is_on)


@admin.register(ReferralProgramme)
class ReferralProgrammeAdmin(ProgrammeAdmin):
    form = ReferralForm
    list_display = ("title", "trigger", "starts_at", "ends_at", "most_per_inviter", "is_on")
    search_fields = ("title", "code")
    fields = (
        ("title", "trigger"),
        ("starts_at", "ends_at"),
        ("most_per_inviter", "is_on"),
        ("inviter_coupon", "inviter_points", "inviter_cash_fen"),
        ("invitee_coupon", "invitee_points", "invitee_cash_fen"),
    )


@admin.register(WelcomeProgramme)
class WelcomeProgrammeAdmin(ProgrammeAdmin):
    form = WelcomeForm
    list_display = ("title", "points", "starts_at", "ends_at", "is_on")
    search_fields = ("title",)
    fields = ("title", "coupons", "points", ("starts_at", "ends_at"), "is_on")


def _check_window(form: forms.ModelForm, typed: dict[str, Any]) -> None:
    if typed.get("starts_at") and typed.get("ends_at") and typed["ends_at"] <= typed["starts_at"]:
        form.add_error("ends_at", _("结束时间要晚于开始时间"))
