"""The coupon centre: what anybody may take, and a field for codes."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from common.errors import Refusal
from marketing.selectors.claimable import Claimable, as_claimable, claimable
from marketing.services import claiming
from web.access import person, signed_in, way_back
from web.coupons import Ticket, tickets
from web.idempotency import new_key, once_per_form
from web.keyset import Stretch, page_of_stretches
from web.storefront.coupons.forms import CodeForm

# The platform's first, then the shops', and of either those that close first.
STRETCHES = [
    (Q(merchant__isnull=of_platform, closes_at__isnull=open_end), ("-pk",) if open_end else ("closes_at", "pk"))
    for of_platform in (True, False)
    for open_end in (False, True)
]


def centre(request: HttpRequest, form: CodeForm | None = None) -> HttpResponse:
    """For everybody; who is signed in sees which they have already."""
    user = request.user if isinstance(request.user, User) else None
    found = claimable(user, now=timezone.now())
    page = page_of_stretches(request.GET, [Stretch(found.filter(which), by) for which, by in STRETCHES])
    context = {
        "tab": "home",
        "page": page,
        "rows": with_words([as_claimable(template) for template in page]),
        "form": form or CodeForm(),
        "key": new_key(),
    }
    return render(request, "storefront/coupons/index.html", context, status=200 if form is None else 400)


def with_words(found: Sequence[Claimable]) -> list[tuple[Claimable, Ticket]]:
    """Coupons that may be taken, each with what it says."""
    return list(zip(found, tickets([one.template for one in found]), strict=True))


@require_POST
@signed_in
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Take one, and back to where it was seen. A form sent twice takes one."""
    user = person(request)
    back = way_back(request, otherwise="storefront:coupons")

    def take() -> str:
        claiming.claim(user=user, code=code, now=timezone.now())
        return back

    try:
        once_per_form(request, take)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("领到了，下单时自动用上最划算的一张"))
    return redirect(back)


@require_POST
@signed_in
def redeem(request: HttpRequest) -> HttpResponse:
    """A code that was typed in."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            coupon = claiming.redeem(user=person(request), text=form.cleaned_data["code"], now=timezone.now())
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("换到了「%(name)s」") % {"name": coupon.template.name})
            return redirect("storefront:my-coupons")
    return centre(request, form)
