"""A4: what buyers read about the shop, which messages come, and the keys of one's own programs."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.selectors.tokens import tokens_of
from accounts.services.contact import change_service_contact
from accounts.services.shop_robots import owner_of
from accounts.services.tokens import issue_token, sign_device_out
from common.errors import Refusal
from common.masking import mask_phone
from notifications.selectors.robots import robot_of
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show
from web.forms import Form

KEYS_SHOWN = 20


class ServiceForm(Form):
    introduction = forms.CharField(
        label=gettext_lazy("店铺介绍"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("卖什么、从哪来，两三句话就好"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    service_phone = forms.CharField(
        label=gettext_lazy("客服电话"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("买家在订单里看得到，不要写私人号码"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    service_hours = forms.CharField(
        label=gettext_lazy("客服时间"), max_length=60, required=False, help_text=gettext_lazy("比如 每天 9:00–20:00")
    )


@needs(Right.SETTINGS)
def settings(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What is said about the shop now, and a form to say it anew."""
    form = ServiceForm(request.POST or None, initial=_said(shop))
    if request.method == "POST" and form.is_valid():
        try:
            change_service_contact(merchant=shop.merchant, actor_id=shop.actor_id, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("设置已保存，买家马上看得到"))
            return redirect("backoffice:settings", shop.code)
    return _page(request, shop, form)


@never_cache
@needs(Right.SETTINGS)
@require_POST
def add_key(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A new key of this person's; it is shown on this answer and never again."""
    key = issue_token(user=shop.user, label=request.POST.get("label", ""), now=timezone.now())
    return _page(request, shop, ServiceForm(initial=_said(shop)), new_key=key)


@needs(Right.SETTINGS)
@require_POST
def remove_key(request: HttpRequest, shop: Shop, token_id: int) -> HttpResponse:
    """One of this person's own keys opens nothing any more."""
    sign_device_out(user=shop.user, token_id=token_id, now=timezone.now())
    messages.success(request, _("这把钥匙已作废，用它的程序马上进不来"))
    return redirect("backoffice:settings", shop.code)


def _said(shop: Shop) -> dict[str, str]:
    return {name: getattr(shop.merchant, name) for name in ServiceForm.base_fields}


def _page(request: HttpRequest, shop: Shop, form: ServiceForm, *, new_key: str = "") -> HttpResponse:
    context = {
        "form": form,
        "phone": mask_phone(shop.user.phone),
        "robot": robot_of(owner_of(shop.merchant)),
        "keys": tokens_of(shop.user)[:KEYS_SHOWN],
        "new_key": new_key,
    }
    return show(request, shop, "settings/index.html", context, here="settings")
