"""A2: merchants who wait for a decision, and those who have it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from accounts.models import Merchant, StaffMember
from accounts.services import merchants
from accounts.states import IN_BUSINESS, MerchantStatus
from common import audit
from common.decisions import Note, decision, reveal
from common.masking import mask_name, mask_phone
from common.money import format_rate
from common.operators import MoneyWalk, OperatorAdmin, ShownInline

MERCHANT_LABELS = {"applied": "warning", "approved": "success", "rejected": "danger", "suspended": "danger"}


class Fee(BaseDialogForm):
    """The platform's fee, in per cent of the goods."""

    per_cent = forms.DecimalField(
        label=_("服务费（%）"), min_value=0, max_digits=4, decimal_places=2, widget=UnfoldAdminDecimalFieldWidget
    )


class StaffInline(ShownInline):
    model = StaffMember
    fields = ("user", "role", "since")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")


@admin.register(Merchant)
class MerchantAdmin(MoneyWalk, OperatorAdmin):
    walk_page = "walk_merchant"
    list_display = ("name", "shown_status", "trusted", "applied_at", "decided_at")
    list_filter = ("status", "trusted")
    search_fields = ("name", "code", "licence_number")
    fields = (
        ("name", "code"),
        ("status", "trust_shown"),
        ("masked_contact", "masked_contact_phone"),
        ("licence_number", "licence_link"),
        "fee_shown",
        ("applied_at", "decided_at"),
        "decision_note",
    )
    readonly_fields = ("code", "trust_shown", "fee_shown", "masked_contact", "masked_contact_phone", "licence_link")
    inlines = (StaffInline,)
    actions_detail = (
        "approve",
        "reject",
        "trust",
        "distrust",
        "change_fee",
        "suspend",
        "restore",
        "reveal_personal_data",
    )
    reveal_personal_data = reveal(
        subject="merchant",
        read=lambda merchant: [(_("联系人"), merchant.contact_name), (_("联系电话"), merchant.contact_phone)],
    )

    @display(description=_("状态"), label=MERCHANT_LABELS, ordering="status")
    def shown_status(self, merchant: Merchant) -> tuple[str, str]:
        return merchant.status, merchant.get_status_display()

    @display(description=_("免审"), boolean=True)
    def trust_shown(self, merchant: Merchant) -> bool:
        return merchant.trusted

    @display(description=_("平台服务费"))
    def fee_shown(self, merchant: Merchant) -> str:
        return format_rate(merchant.platform_fee_bp)

    @display(description=_("联系人"))
    def masked_contact(self, merchant: Merchant) -> str:
        return mask_name(merchant.contact_name)

    @display(description=_("联系电话"))
    def masked_contact_phone(self, merchant: Merchant) -> str:
        return mask_phone(merchant.contact_phone)

    @display(description=_("营业执照"))
    def licence_link(self, merchant: Merchant) -> str:
        if not merchant.licence:
            return "—"
        address = reverse("admin:accounts_merchant_licence", args=[merchant.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, _("查看营业执照"))

    def get_urls(self) -> list[URLPattern]:
        licence = self.admin_site.admin_view(self.show_licence)
        return [path("<int:merchant_id>/licence/", licence, name="accounts_merchant_licence"), *super().get_urls()]

    def show_licence(self, request: HttpRequest, merchant_id: int) -> FileResponse:
        """The picture, for operators who decide about merchants; who looked is written down."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        merchant = Merchant.objects.filter(pk=merchant_id).exclude(licence="").first()
        if merchant is None:
            raise Http404
        audit.record(actor_id=request.user.pk, action="merchant.see_licence", subject=f"merchant:{merchant.code}")
        response = FileResponse(merchant.licence.open("rb"))
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, MerchantStatus.APPLIED)

    def has_suspend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, MerchantStatus.APPROVED)

    def has_trust_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_suspend_permission(request, object_id) and not self._is_trusted(object_id)

    def has_distrust_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self._is_trusted(object_id)

    def has_fee_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) in IN_BUSINESS

    def has_restore_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, MerchantStatus.SUSPENDED)

    def _is_trusted(self, object_id: Any) -> bool:
        return self.things_of(object_id).filter(trusted=True).exists()

    def _may(self, request: HttpRequest, object_id: Any, status: MerchantStatus) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == status

    @decision(
        title=_("通过"),
        consequence=_("商家后台随即开通，申请人会收到通知。"),
        done=_("已通过"),
        permissions=("decide",),
        icon="check",
    )
    def approve(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.approve(merchant=merchant, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("不通过"),
        consequence=_("申请人会看到你写的说明，改好以后可以再次提交。"),
        done=_("已退回申请"),
        permissions=("decide",),
        form=Note,
        danger=True,
        icon="close",
    )
    def reject(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.reject(merchant=merchant, now=timezone.now(), **answers)

    @decision(
        title=_("设为免审"),
        consequence=_("它的团购活动以后不经审核直接开团。"),
        done=_("已设为免审"),
        permissions=("trust",),
        icon="verified",
    )
    def trust(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.set_trusted(merchant=merchant, trusted=True, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("取消免审"),
        consequence=_("它的团购活动以后要先审核再开团。"),
        done=_("已取消免审"),
        permissions=("distrust",),
        icon="remove_moderator",
    )
    def distrust(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.set_trusted(merchant=merchant, trusted=False, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("修改服务费"),
        consequence=_("从现在起下的订单按新费率收；已经下的订单按下单时的费率。"),
        done=_("已修改服务费"),
        permissions=("fee",),
        form=Fee,
        icon="percent",
    )
    def change_fee(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        fee_bp = int(answers["per_cent"] * 100)
        merchants.set_fee(merchant=merchant, actor_id=answers["actor_id"], fee_bp=fee_bp)

    @decision(
        title=_("停用"),
        consequence=_("商家不能再卖新的东西；已经卖出的照常交货。"),
        done=_("已停用"),
        permissions=("suspend",),
        form=Note,
        danger=True,
        icon="block",
    )
    def suspend(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.suspend(merchant=merchant, now=timezone.now(), **answers)

    @decision(
        title=_("恢复"),
        consequence=_("商家可以重新开团和上架。"),
        done=_("已恢复"),
        permissions=("restore",),
        icon="restart_alt",
    )
    def restore(self, merchant: Merchant, answers: dict[str, Any]) -> None:
        merchants.restore(merchant=merchant, actor_id=answers["actor_id"], now=timezone.now())
