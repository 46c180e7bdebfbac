"""People by masked name and number, and the groups that operators work in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import User
from accounts.services import operators
from common import audit
from common.decisions import decision, reveal
from common.masking import mask_phone
from common.operators import OperatorAdmin, PhoneSearch


class Groups(BaseDialogForm):
    """The groups a person works in."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("运营组"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


@admin.register(User)
class UserAdmin(PhoneSearch, OperatorAdmin):
    list_display = ("code", "shown_name", "masked_phone", "is_active", "is_staff", "joined_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("code", "=phone_tail")
    search_help_text = _("完整手机号、尾号 4 位或用户编号")
    fields = (
        ("code", "shown_name"),
        ("masked_phone", "language"),
        ("joined_at", "last_login"),
        ("is_active", "is_staff"),
        "role_names",
    )
    readonly_fields = ("code", "shown_name", "masked_phone", "role_names", "joined_at")
    actions_detail = ("appoint", "reveal_personal_data")
    reveal_personal_data = reveal(subject="user", read=lambda user: [(_("称呼"), user.name), (_("手机号"), user.phone)])

    @display(description=_("称呼"))
    def shown_name(self, user: User) -> str:
        return user.shown_name

    @display(description=_("手机号"))
    def masked_phone(self, user: User) -> str:
        return mask_phone(user.phone)

    @display(description=_("运营组"))
    def role_names(self, user: User) -> str:
        return "、".join(user.groups.order_by("name").values_list("name", flat=True)) or "—"

    def has_appoint_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.is_superuser)

    @decision(
        title=_("设置运营组"),
        consequence=_("勾选的角色会替换原来的；一个也不选，就不再是运营人员。"),
        done=_("已更新运营组"),
        permissions=("appoint",),
        form=Groups,
        icon="badge",
    )
    def appoint(self, user: User, answers: dict[str, Any]) -> None:
        names = [group.name for group in answers["groups"]]
        if names:
            operators.appoint(user=user, groups=names, actor_id=answers["actor_id"], now=timezone.now())
        else:
            operators.dismiss(user=user, actor_id=answers["actor_id"], now=timezone.now())


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """The groups of operators; `ensure_groups` makes the usual ones."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(actor_id=request.user.pk, action="group.change", subject=f"group:{obj.pk}", name=obj.name)
