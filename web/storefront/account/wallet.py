"""My wallet: what my balance holds, how it came and went, and where my refunds go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services.profile import choose_refunds
from payments.selectors.balance import balance_of, movements_of
from payments.states import RefundRoute
from web.access import earns, person, signed_in
from web.keyset import keyset_page
from web.movements import movement_of


@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """A page of movements, newest first, in a number of queries that does not grow with them."""
    user = person(request)
    page = keyset_page(request.GET, movements_of(user))
    context = {
        "tab": "me",
        "balance_fen": balance_of(user),
        "page": page,
        "rows": [movement_of(entry) for entry in page],
        "earns": earns(user),
        "choice": RefundRoute.BALANCE if user.refund_to_balance else RefundRoute.ORIGINAL,
    }
    return render(request, "storefront/wallet/index.html", context)


@require_POST
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Where my refunds go from now on."""
    choose_refunds(user=person(request), to_balance=request.POST.get("route") == RefundRoute.BALANCE)
    messages.success(request, _("已保存"))
    return redirect("storefront:wallet")
