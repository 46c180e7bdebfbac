"""C2: operators found communities and say which pick-up points serve them; every save is one service."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.regions import district
from common.errors import InvalidField
from common.operators import Exported
from community.models import Community
from community.services.communities import check_community, found_community, update_community

LIVES_THERE = Q(memberships__left_at__isnull=True)
DESCRIBED = ("name", "kind", "region_code", "address", "latitude", "longitude")


class CommunityForm(forms.ModelForm):
    """Says at the field what the service would refuse."""

    class Meta:
        model = Community
        fields = (*DESCRIBED, "pickup_points", "is_active")
        help_texts = {
            "region_code": _("六位代码，比如 330106 是杭州市西湖区"),
            "pickup_points": _("住在这里的人在大厅先看到这些自提点的团"),
            "is_active": _("停用以后没有人能再选它，住在这里的人会被请去重新选"),
        }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                check_community(**{name: typed[name] for name in DESCRIBED})
            except InvalidField as refusal:
                self.add_error(refusal.params["field"], str(refusal))
        return typed


@admin.register(Community)
class CommunityAdmin(Exported, ModelAdmin):
    """Founded and changed through the services, never deleted: what was bought there stays."""

    form = CommunityForm
    list_display = ("name", "shown_kind", "shown_district", "members", "is_active", "founded_at")
    list_filter = ("is_active", "kind")
    search_fields = ("search_text", "code")
    search_help_text = _("名称、地址或区，拼音和首字母也行")
    autocomplete_fields = ("pickup_points",)
    ordering = ("region_code", "name", "pk")
    fields = (
        ("name", "kind"),
        ("region_code", "address"),
        ("latitude", "longitude"),
        "pickup_points",
    )
    compressed_fields = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fields, "is_active") if obj else self.fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(living=Count("memberships", filter=LIVES_THERE))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("类型"), ordering="kind")
    def shown_kind(self, community: Community) -> str:
        return community.get_kind_display()

    @display(description=_("区县"), ordering="region_code")
    def shown_district(self, community: Community) -> str:
        region = district(community.region_code)
        return region.words if region else community.region_code

    @display(description=_("邻居"), ordering="living")
    def members(self, community: Community) -> int:
        return community.living  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        typed = {name: form.cleaned_data[name] for name in DESCRIBED}
        typed |= {"points": list(form.cleaned_data["pickup_points"]), "actor_id": request.user.pk}
        if change:
            update_community(community=obj, is_active=form.cleaned_data["is_active"], **typed)
        else:
            founded = found_community(now=timezone.now(), **typed)
            obj.pk, obj.code = founded.pk, founded.code

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has said already which points serve it."""
