"""F5: where my money is paid out to. What was saved is never shown in full again, not even to me."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refusal
from payments.purses import Owner
from payments.selectors.payouts import payee_of, payees_of
from payments.services.payees import remove_payee
from web.access import person, signed_in, way_back
from web.payouts import PayeeForm, added


@signed_in
def payees(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for one more."""
    owner = Owner(user=person(request))
    form = PayeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and added(form, owner, actor_id=person(request).pk):
        messages.success(request, _("收款账户已添加；新账户头 24 小时提现要先核对"))
        return redirect(way_back(request, otherwise="storefront:payees"))
    context = {"tab": "me", "form": form, "payees": payees_of(owner)}
    return render(request, "storefront/payouts/payees.html", context)


@signed_in
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Pay nothing to it any more."""
    payee = payee_of(Owner(user=person(request)), code)
    try:
        remove_payee(payee=payee, actor_id=person(request).pk, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("收款账户已移除"))
    return redirect("storefront:payees")
