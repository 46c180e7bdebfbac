"""E3: something small is missing or broken. Refunded at once where the rule allows, else the way to the merchant."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotFound, Refusal
from common.money import format_yuan
from orders.models import Order
from orders.selectors.after_sales import Left, left_of
from orders.selectors.quick_refunds import why_not
from orders.services.quick_refunds import refund_by_rule
from web.access import own_order, person, signed_in
from web.forms import Form
from web.idempotency import new_key, once_per_form

REASONS = {
    "short": gettext_lazy("少了"),
    "broken": gettext_lazy("坏了"),
    "different": gettext_lazy("和描述的不一样"),
}


class AskForm(Form):
    """Which pieces, and what is wrong with them."""

    line = forms.TypedChoiceField(label=gettext_lazy("哪件商品"), coerce=int)
    pieces = forms.IntegerField(
        label=gettext_lazy("几件有问题"),
        min_value=1,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input input--num"}),
    )
    why = forms.ChoiceField(label=gettext_lazy("怎么了"), choices=list(REASONS.items()))
    note = forms.CharField(label=gettext_lazy("说一句"), max_length=100, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, left: Left) -> None:
        super().__init__(data)
        self.left = left
        self.fields["line"].choices = [  # type: ignore[attr-defined]
            (line.line.pk, _line_in_words(line.line.product_name, line.line.specification, line.fen_of(1)))
            for line in left.lines
            if line.left_fen
        ]

    def clean(self) -> dict[str, Any]:
        """No more pieces than were bought."""
        cleaned = super().clean() or {}
        line = self.left.of(cleaned.get("line") or 0)
        if line and cleaned.get("pieces", 0) > line.line.quantity:
            self.add_error("pieces", _("只买了 %(count)s 件") % {"count": line.line.quantity})
        return cleaned

    @property
    def reason(self) -> str:
        """As the merchant reads it."""
        said, note = str(REASONS[self.cleaned_data["why"]]), self.cleaned_data["note"]
        return _("%(said)s：%(note)s") % {"said": said, "note": note} if note else said


def _line_in_words(name: str, specification: str, fen: int) -> str:
    goods = f"{name} {specification}".strip()
    return _("%(goods)s，%(each)s 一件") % {"goods": goods, "each": format_yuan(fen)}


@signed_in
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Mine, or not there. What the rule does not grant says why, and whom to call."""
    mine = own_order(request, number)
    refusal = why_not(mine, now=timezone.now())
    form = AskForm(request.POST or None, left=left_of(mine))
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _ask(request, mine, form))
        except NotFound:
            raise
        except Refusal as no:
            form.refuse(no)
        else:
            messages.success(request, _("已同意，钱马上退回，进度在这里看"))
            return HttpResponse(status=303, headers={"Location": target})
    context = {
        "tab": "orders",
        "order": mine,
        "form": form,
        "refusal": refusal if request.method != "POST" else "",
        "most_fen": settings.AUTO_REFUND_MOST_FEN,
        "key": new_key(),
    }
    return render(request, "storefront/orders/ask.html", context)


def _ask(request: HttpRequest, mine: Order, form: AskForm) -> str:
    refund_by_rule(
        buyer=person(request),
        number=mine.number,
        line_id=form.cleaned_data["line"],
        pieces=form.cleaned_data["pieces"],
        reason=form.reason,
        now=timezone.now(),
    )
    return reverse("storefront:order", args=[mine.number])
