"""E3, the money side: giving back part of an order that went on, after reading what that means in numbers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotFound, Refusal
from common.money import format_yuan
from orders.models import Order
from orders.selectors.after_sales import Left, can_be_refunded, left_of, share_of
from orders.selectors.orders import for_merchant
from orders.services.after_sales import refund_lines
from web.backoffice.access import Right, Shop, needs
from web.backoffice.fields import YuanField
from web.backoffice.shell import address, show
from web.forms import Form
from web.idempotency import once_per_form

REASONS = {
    "short": gettext_lazy("少了"),
    "broken": gettext_lazy("坏了"),
    "different": gettext_lazy("和描述的不一样"),
    "late": gettext_lazy("没有按时到"),
    "agreed": gettext_lazy("和买家商量好的"),
}
FREIGHT = "freight"
SURE = "sure"


class RefundForm(Form):
    """An amount for each line of which something is left, one for freight, and why."""

    why = forms.ChoiceField(label=gettext_lazy("原因"), choices=list(REASONS.items()))
    note = forms.CharField(
        label=gettext_lazy("补充说明"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("买家会看到原因和这句话"),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, left: Left) -> None:
        super().__init__(data)
        self.left = left
        for line in left.lines:
            if line.left_fen:
                name = f"{line.line.product_name} {line.line.specification} × {line.line.quantity}"
                self.fields[f"line_{line.line.pk}"] = _amount(name, line.left_fen)
        if left.freight_fen:
            self.fields[FREIGHT] = _amount(_("运费"), left.freight_fen)

    @property
    def amounts(self) -> list[forms.BoundField]:
        """The fields of lines and freight."""
        return [field for field in self if field.name not in ("why", "note")]

    @property
    def by_line(self) -> dict[int, int]:
        """Fen by line id, of a valid form."""
        typed = ((f"line_{line.line.pk}", line.line.pk) for line in self.left.lines)
        return {pk: self.cleaned_data[name] for name, pk in typed if self.cleaned_data.get(name)}

    @property
    def freight_fen(self) -> int:
        return self.cleaned_data.get(FREIGHT) or 0

    @property
    def amount_fen(self) -> int:
        return sum(self.by_line.values()) + self.freight_fen

    @property
    def reason(self) -> str:
        """As the buyer reads it."""
        said, note = str(REASONS[self.cleaned_data["why"]]), self.cleaned_data["note"]
        return _("%(said)s：%(note)s") % {"said": said, "note": note} if note else said

    def clean(self) -> dict[str, Any]:
        """Nothing is no refund; more than is left is said at its field."""
        cleaned = super().clean() or {}
        for field in self.amounts:
            most_fen = self.fields[field.name].most_fen  # type: ignore[attr-defined]
            if (cleaned.get(field.name) or 0) > most_fen:
                self.add_error(field.name, _("最多还能退 %(left)s") % {"left": format_yuan(most_fen)})
        if not self.errors and not any(cleaned.get(field.name) for field in self.amounts):
            self.add_error(None, _("写上要退多少"))
        return cleaned


def _amount(name: str, left_fen: int) -> YuanField:
    said = _("还能退 %(left)s") % {"left": format_yuan(left_fen)}
    field = YuanField(label=name.strip(), required=False, help_text=said)
    field.most_fen = left_fen  # type: ignore[attr-defined]
    return field


@needs(Right.REFUNDS)
def refund(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """How much of what; then what will happen; then the deed, once for each form."""
    ours = for_merchant(shop.merchant, number)
    left = left_of(ours)
    if request.method != "POST" and not (can_be_refunded(ours) and left.total_fen):
        messages.warning(request, _("这个订单没有可以退的钱"))
        return redirect("backoffice:order", shop.code, number)
    form = RefundForm(request.POST or None, left=left)
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and SURE in request.POST:
        try:
            target = once_per_form(request, lambda: _give_back(shop, ours, form))
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            is_valid = False
        else:
            messages.success(request, _("已提交退款，买家会收到消息"))
            return redirect(target)
    context = {"order": ours, "left": left, "form": form, "asked": _asked(ours, left, form) if is_valid else None}
    return show(request, shop, "orders/refund.html", context, here="orders")


def _give_back(shop: Shop, ours: Order, form: RefundForm) -> str:
    refund_lines(
        merchant=shop.merchant,
        number=ours.number,
        by_line=form.by_line,
        freight_fen=form.freight_fen,
        reason=form.reason,
        actor_id=shop.actor_id,
        now=timezone.now(),
    )
    return address(shop, "order", ours.number)


def _asked(ours: Order, left: Left, form: RefundForm) -> dict[str, Any]:
    """What will happen: who gets how much, and out of whose pocket."""
    return {
        "amount_fen": form.amount_fen,
        "left_fen": left.total_fen - form.amount_fen,
        "reason": form.reason,
        "share": share_of(ours, by_line=form.by_line, freight_fen=form.freight_fen),
        "typed": [(name, value) for name, value in form.data.items() if name in form.fields],
    }
