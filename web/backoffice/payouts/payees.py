"""F5: where the shop's money is paid out to. What was saved is never shown in full again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refusal
from payments.purses import Owner
from payments.selectors.payouts import payee_of, payees_of
from payments.services.payees import remove_payee
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show
from web.payouts import PayeeForm, added


@needs(Right.PAYOUTS)
def payees(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All of them, and a form for one more."""
    owner = Owner(merchant=shop.merchant)
    form = PayeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and added(form, owner, actor_id=shop.actor_id):
        messages.success(request, _("收款账户已添加；新账户头 24 小时提现要先核对"))
        return redirect("backoffice:payees", shop.code)
    return show(request, shop, "payouts/payees.html", {"form": form, "payees": payees_of(owner)}, here="money")


@needs(Right.PAYOUTS)
def remove(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Ask first, then pay nothing to it any more."""
    payee = payee_of(Owner(merchant=shop.merchant), code)
    refusal = None
    if request.method == "POST":
        try:
            remove_payee(payee=payee, actor_id=shop.actor_id, now=timezone.now())
        except Refusal as said_no:
            refusal = said_no
        else:
            messages.success(request, _("收款账户已移除"))
            return redirect("backoffice:payees", shop.code)
    return show(request, shop, "payouts/remove.html", {"payee": payee, "refusal": refusal}, here="money")
