"""H6: my points: what I have, where each came from, when they go; and today's check-in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from community.selectors.points import check_ins_of, entries_of, expiring, points_of
from community.services.checking_in import check_in as be_here
from community.services.checking_in import points_for
from orders.models import Order
from web.access import person, signed_in
from web.keyset import keyset_page


@signed_in
def points(request: HttpRequest) -> HttpResponse:
    """A page of entries, newest first, in a number of queries that does not grow with them."""
    user, now = person(request), timezone.now()
    account = points_of(user)
    page = keyset_page(request.GET, entries_of(user))
    subjects = [entry.subject for entry in page if entry.subject]
    orders = Order.objects.seen_by_buyer(user).filter(number__in=subjects)
    week = check_ins_of(user, now=now)
    context = {
        "tab": "me",
        "account": account,
        "worth_fen": account.balance * settings.POINTS_VALUE_FEN,
        "expiring": expiring(account, now=now),
        "page": page,
        "orders": set(orders.values_list("number", flat=True)),
        "week": week,
        "next_points": points_for(week.streak + 1),
        "earning": _earning(),
    }
    return render(request, "storefront/points/index.html", context)


@require_POST
@signed_in
def check_in(request: HttpRequest) -> HttpResponse:
    """I am here today; tapped again nothing more happens."""
    made = be_here(user=person(request), now=timezone.now())
    messages.success(
        request, ngettext("已签到，连续 %(days)s 天", "已签到，连续 %(days)s 天", made.streak) % {"days": made.streak}
    )
    return redirect("storefront:points")


def _earning() -> list[tuple[str, str]]:
    """What earns how much."""
    return [
        (_("购物"), _("每 1 元 %(points)s 分，订单完成后生效") % {"points": settings.POINTS_PER_YUAN}),
        (_("评价晒单"), _("每条 %(points)s 分") % {"points": settings.POINTS_FOR_REVIEW}),
        (
            _("签到"),
            _("每天 %(points)s 分，满 7 天再加 %(bonus)s 分")
            % {"points": settings.POINTS_FOR_CHECK_IN, "bonus": settings.POINTS_FOR_SEVENTH_DAY},
        ),
    ]
