"""C3: operators make the platform's own channel codes and see everybody's; every save is one service."""

from typing import Any, cast

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from common.operators import Exported
from marketing.models import ChannelCode
from marketing.services.channels import make_channel, switch_channel

TYPED = ("name", "kind", "campaign")


class ChannelForm(forms.ModelForm):
    """A code leads for ever where it was printed to lead; only whether it counts can change."""

    in_use = forms.BooleanField(label=_("启用"), required=False, help_text=_("停用以后还能打开，不再计数"))

    class Meta:
        model = ChannelCode
        fields = TYPED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["in_use"] = self.instance.retired_at is None

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if ChannelCode.objects.filter(merchant=None, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("已经有一个叫这个名字的渠道码了，换个名字"))
        return name


@admin.register(ChannelCode)
class ChannelCodeAdmin(Exported, ModelAdmin):
    """Never deleted: it hangs somewhere, and orders are owed to it."""

    form = ChannelForm
    list_display = ("name", "shown_kind", "merchant", "campaign", "made_at", "retired_at")
    list_filter = ("kind",)
    list_select_related = ("merchant", "campaign")
    search_fields = ("name", "code", "merchant__name")
    search_help_text = _("名称、编号或商家")
    autocomplete_fields = ("campaign",)
    ordering = ("-pk",)
    readonly_fields = ("merchant", "qr")
    compressed_fields = True

    def get_fields(self, request: HttpRequest, obj: ChannelCode | None = None) -> Any:
        return (*TYPED, "merchant", "in_use", "qr") if obj else TYPED

    def get_readonly_fields(self, request: HttpRequest, obj: ChannelCode | None = None) -> Any:
        return (*TYPED, *self.readonly_fields) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("渠道"), ordering="kind")
    def shown_kind(self, channel: ChannelCode) -> str:
        return channel.get_kind_display()

    @display(description=_("二维码"))
    def qr(self, channel: ChannelCode) -> SafeString:
        address = f"{settings.SITE_URL}{reverse('storefront:channel', args=[channel.code])}"
        drawn = segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#fff")
        return format_html('<img src="{}" alt="{}" width="200" height="200">', drawn, address)

    def save_model(self, request: HttpRequest, obj: ChannelCode, form: Any, change: bool) -> None:
        now, actor_id = timezone.now(), cast(int, request.user.pk)
        if change:
            switch_channel(channel=obj, in_use=form.cleaned_data["in_use"], actor_id=actor_id, now=now)
            return
        typed = {name: form.cleaned_data[name] for name in TYPED}
        made = make_channel(merchant=None, actor_id=actor_id, now=now, **typed)
        obj.pk, obj.code = made.pk, made.code
