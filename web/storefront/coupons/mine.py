"""My coupons: usable, used, expired."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketing.selectors.mine import EXPIRED, TABS, USABLE, USED, counts_of, coupons_of
from web.access import person, signed_in
from web.coupons import own_tickets

PAGE = 20
WORDS = {USABLE: _("可使用"), USED: _("已使用"), EXPIRED: _("已过期")}


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Those that end first come first."""
    user, now = person(request), timezone.now()
    wanted = request.GET.get("show", "")
    tab = wanted if wanted in TABS else USABLE
    counts = counts_of(user, now=now)
    page = Paginator(coupons_of(user, tab, now=now), PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "me",
        "show": tab,
        "tabs": [(name, WORDS[name], counts[name], name == tab) for name in TABS],
        "page": page,
        "rows": own_tickets(list(page)),
    }
    return render(request, "storefront/coupons/mine.html", context)
