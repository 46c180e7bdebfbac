"""The leader's phone: a neighbour shows a code, the goods change hands."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from orders.selectors.orders import for_pickup
from orders.services.fulfilment import verify_pickup
from web.access import handed_over, person, who_hands_over
from web.forms import Form
from web.idempotency import new_key, once_per_form
from web.pictures import with_pictures

PAGE = 30


class CodeForm(Form):
    code = forms.CharField(
        label=_("取货码"),
        max_length=20,
        error_messages={"required": _("输入 8 位取货码")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "0000 0000"}),
    )


@who_hands_over
def pickups(request: HttpRequest) -> HttpResponse:
    """What waits at my points; a POST hands one order over."""
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once_per_form(request, lambda: _hand_over(request, form.cleaned_data["code"])))
        except Refusal as refusal:
            form.add_error("code", str(refusal))
    page = Paginator(for_pickup(person(request)), PAGE).get_page(request.GET.get("page"))
    context = {"tab": "me", "form": form, "page": page, "key": new_key()}
    return render(request, "storefront/pickups/index.html", context)


@who_hands_over
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What has just been handed over, to compare with what lies on the table."""
    order = handed_over(request, number)
    context = {"tab": "me", "order": order, "goods": with_pictures(list(order.lines.all()))}
    return render(request, "storefront/pickups/done.html", context)


def _hand_over(request: HttpRequest, code: str) -> str:
    order = verify_pickup(actor=person(request), code=code, now=timezone.now())
    return reverse("storefront:pickup-done", args=[order.number])
