"""F5: my balance and my commission, paid out to an account of mine."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refusal
from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import payees_of, withdrawal_of, withdrawals_of
from payments.services.payouts import cancel_withdrawal
from web.access import person, signed_in
from web.idempotency import new_key, once_per_form
from web.keyset import keyset_page
from web.payouts import WithdrawalForm, told


@signed_in
def withdraw(request: HttpRequest) -> HttpResponse:
    """A form to ask for it, and what became of what was asked for before."""
    owner = Owner(user=person(request))
    form = WithdrawalForm(request.POST or None, owner=owner, initial=_wished(request, owner))
    if request.method == "POST" and form.is_valid():
        target = form.sent(request, to=reverse("storefront:withdraw"))
        if target:
            messages.success(request, _("提现申请已提交"))
            return redirect(target)
    page = keyset_page(request.GET, withdrawals_of(owner))
    context = {
        "tab": "me",
        "form": form,
        "has_payees": payees_of(owner).exists(),
        "page": page,
        "rows": [(withdrawal, told(withdrawal)) for withdrawal in page],
        "key": new_key(),
    }
    return render(request, "storefront/payouts/withdraw.html", context)


@signed_in
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back before it was approved."""
    withdrawal = withdrawal_of(Owner(user=person(request)), number)
    try:
        target = once_per_form(request, lambda: _cancel(request, withdrawal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("storefront:withdraw")
    messages.success(request, _("已撤回，钱回到账户"))
    return redirect(target)


def _wished(request: HttpRequest, owner: Owner) -> dict[str, str]:
    """The purse that a link leads to, if it is one of mine."""
    purse = request.GET.get("purse", "")
    return {"purse": purse} if purse in owner.purses else {}


def _cancel(request: HttpRequest, withdrawal: Withdrawal) -> str:
    cancel_withdrawal(withdrawal=withdrawal, actor_id=person(request).pk, now=timezone.now())
    return reverse("storefront:withdraw")
