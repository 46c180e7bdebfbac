"""H7: one customer as this shop knows them, and the shop's own words on them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.errors import Refusal
from common.masking import mask_phone
from community.models import Customer
from community.selectors.customers import Profile, customer_of
from community.selectors.tags import tags_of
from community.services.profiles import look_at
from community.services.tagging import LONGEST_TAG, tag_customer, untag
from web.backoffice.access import Right, Shop, needs
from web.backoffice.customers.listing import segment_word
from web.backoffice.orders.listing import rows_of
from web.backoffice.shell import show
from web.forms import Form

SUGGESTED = 12


class TagForm(Form):
    name = forms.CharField(
        label=gettext_lazy("加一个标签"),
        max_length=LONGEST_TAG,
        error_messages={"required": gettext_lazy("先写标签")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@needs(Right.CUSTOMERS)
def customer(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """What happened between the two; that somebody looked is written down."""
    return _page(request, shop, code, TagForm())


@needs(Right.CUSTOMERS)
@require_POST
def tag(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Put a word on them."""
    form = TagForm(request.POST)
    customer_of(shop.merchant, code)
    if not form.is_valid():
        return _page(request, shop, code, form)
    try:
        tag_customer(merchant=shop.merchant, code=code, actor_id=shop.actor_id, now=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, shop, code, form)
    messages.success(request, _("标签已加上"))
    return redirect("backoffice:customer", shop.code, code)


@needs(Right.CUSTOMERS)
@require_POST
def take_off(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Take a word off them again."""
    found = customer_of(shop.merchant, code)
    untag(merchant=shop.merchant, user=found.user, name=request.POST.get("name", ""), actor_id=shop.actor_id)
    messages.success(request, _("标签已去掉"))
    return redirect("backoffice:customer", shop.code, code)


def _page(request: HttpRequest, shop: Shop, code: str, form: TagForm) -> HttpResponse:
    profile = look_at(merchant=shop.merchant, code=code, actor_id=shop.actor_id)
    context: dict[str, Any] = {
        "profile": profile,
        "customer": profile.customer,
        "phone": mask_phone(profile.customer.user.phone),
        "segment": segment_word(profile.customer),
        "rows": rows_of(list(profile.orders)),
        "scores": _scores(profile.customer),
        "suggested": _suggested(shop, profile),
        "form": form,
    }
    return show(request, shop, "customers/customer.html", context, here="customers")


def _scores(customer: Customer) -> list[tuple[str, int]]:
    return [
        (_("最近购买 R"), customer.recency_score),
        (_("购买次数 F"), customer.frequency_score),
        (_("购买金额 M"), customer.monetary_score),
    ]


def _suggested(shop: Shop, profile: Profile) -> list[str]:
    """The shop's other words, to be put on with one tap."""
    worn = {tag.name for tag in profile.tags}
    return [tag.name for tag in tags_of(shop.merchant)[: SUGGESTED + len(worn)] if tag.name not in worn][:SUGGESTED]
