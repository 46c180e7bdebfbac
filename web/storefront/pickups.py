"""The leader's phone: a neighbour shows a code, the leader looks at what it stands for, the goods change hands."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from orders.selectors.orders import for_pickup
from orders.selectors.pickup import parts_handed_over_by
from orders.services.fulfilment import look_up_pickup, verify_pickup
from web.access import handed_over, person, who_hands_over
from web.forms import Form
from web.idempotency import new_key, once_per_form
from web.keyset import keyset_page
from web.pictures import with_pictures
from web.scanning import read_code

PAGE = 30
CONFIRMED = "confirmed"


class CodeForm(Form):
    code = forms.CharField(
        label=_("取货码"),
        max_length=20,
        error_messages={"required": _("输入 8 位取货码")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "0000 0000"}),
    )


class PhotographForm(Form):
    photograph = forms.FileField(
        label=_("拍下取货二维码"),
        help_text=_("10 MB 以内的 JPEG、PNG 或 WebP"),
        error_messages={"required": _("先拍一张，或选一张照片"), "empty": _("这张照片是空的，重新拍一张")},
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


@who_hands_over
def pickups(request: HttpRequest) -> HttpResponse:
    """What waits at my points. A code shows its order; confirmed, the order is handed over."""
    typed = request.POST if request.method == "POST" else request.GET
    form = CodeForm(typed if "code" in typed else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            if CONFIRMED in request.POST:
                return redirect(once_per_form(request, lambda: _hand_over(request, code)))
            return _look_at(request, code)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
    return render(request, "storefront/pickups/index.html", {"tab": "me", "form": form} | _waiting(request))


@who_hands_over
def scan(request: HttpRequest) -> HttpResponse:
    """The camera where the browser can read codes; a photograph that the server reads everywhere else."""
    form = PhotographForm(request.POST, request.FILES) if request.method == "POST" else PhotographForm()
    if form.is_bound and form.is_valid():
        try:
            return _look_at(request, read_code(form.cleaned_data["photograph"]))
        except Refusal as refusal:
            form.add_error("photograph", str(refusal))
    return render(request, "storefront/pickups/scan.html", {"tab": "me", "form": form})


@who_hands_over
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What has just been handed over, to compare with what lies on the table."""
    order = handed_over(request, number)
    context = {"tab": "me", "order": order, "goods": with_pictures(list(order.lines.all()))}
    return render(request, "storefront/pickups/done.html", context)


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """A page of what is still to be fetched, and how much that is; it is work, and so it is counted to the last one."""
    parts = parts_handed_over_by(person(request))
    waiting = for_pickup(parts)
    page = keyset_page(request.GET, waiting, parts=parts or [Q()], size=PAGE)
    return {"page": page, "waiting": waiting.count()}


def _look_at(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the code belongs to and what they get; nothing has changed yet. Raises what `look_up_pickup` raises."""
    order = look_up_pickup(actor=person(request), code=code)
    goods = with_pictures(list(order.lines.all()))
    context = {"tab": "me", "order": order, "goods": goods, "key": new_key()}
    return render(request, "storefront/pickups/confirm.html", context)


def _hand_over(request: HttpRequest, code: str) -> str:
    order = verify_pickup(actor=person(request), code=code, now=timezone.now())
    return reverse("storefront:pickup-done", args=[order.number])
