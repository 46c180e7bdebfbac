"""My coupons: usable, used, expired."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketing.selectors.mine import EXPIRED, ORDERS, TABS, USABLE, USED, coupons_of
from web.access import person, signed_in
from web.counting import count_lists
from web.coupons import own_tickets
from web.keyset import keyset_page

WORDS = {USABLE: _("可使用"), USED: _("已使用"), EXPIRED: _("已过期")}


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Those that end first come first."""
    user, now = person(request), timezone.now()
    wanted = request.GET.get("show", "")
    tab = wanted if wanted in TABS else USABLE
    lists = {name: coupons_of(user, name, now=now) for name in TABS}
    counts = count_lists(lists, to_do=(USABLE,))
    page = keyset_page(request.GET, lists[tab], by=ORDERS[tab])
    context = {
        "tab": "me",
        "show": tab,
        "tabs": [(name, WORDS[name], counts[name], name == tab) for name in TABS],
        "page": page,
        "rows": own_tickets(list(page)),
    }
    return render(request, "storefront/coupons/mine.html", context)
