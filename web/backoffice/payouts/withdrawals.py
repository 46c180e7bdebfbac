"""F4: what the shop has earned, paid out to an account of its own."""

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Merchant
from common.errors import Refusal
from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import payees_of, withdrawal_of, withdrawals_of
from payments.services.payouts import cancel_withdrawal
from payments.states import WithdrawalStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address, show, without_page
from web.idempotency import once_per_form
from web.keyset import keyset_page
from web.payouts import WithdrawalForm, told


@needs(Right.PAYOUTS)
def withdrawals(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A form to ask for money, and what became of what was asked for before."""
    owner = Owner(merchant=shop.merchant)
    form = WithdrawalForm(request.POST or None, owner=owner)
    if request.method == "POST" and form.is_valid():
        target = form.sent(request, to=address(shop, "withdrawals"))
        if target:
            messages.success(request, _("提现申请已提交"))
            return redirect(target)
    state = request.GET.get("state", "")
    page = keyset_page(request.GET, found(shop.merchant, request.GET))
    context = {
        "form": form,
        "has_payees": payees_of(owner).exists(),
        "states": [(status.value, status.label, status == state) for status in WithdrawalStatus],
        "state": state,
        "page": page,
        "rows": [(withdrawal, told(withdrawal)) for withdrawal in page],
        "query": without_page(request),
    }
    return show(request, shop, "payouts/withdrawals.html", context, here="money")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Withdrawal]:
    """What the list shows for the parameters of its address, on all its pages."""
    ours, state = withdrawals_of(Owner(merchant=merchant)), query.get("state", "")
    return ours.filter(status=state) if state in WithdrawalStatus.values else ours


@needs(Right.PAYOUTS)
@require_POST
def cancel(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """Take it back before it was approved."""
    withdrawal = withdrawal_of(Owner(merchant=shop.merchant), number)
    try:
        target = once_per_form(request, lambda: _cancel(shop, withdrawal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:withdrawals", shop.code)
    messages.success(request, _("已撤回，钱回到账户"))
    return redirect(target)


def _cancel(shop: Shop, withdrawal: Withdrawal) -> str:
    cancel_withdrawal(withdrawal=withdrawal, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "withdrawals")
