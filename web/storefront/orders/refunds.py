"""All my refunds: what came back, what is on its way, and by when."""

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from orders.locks import SUBJECT
from payments.selectors.refunds import refunds_for, under_way
from web.access import person, signed_in
from web.keyset import keyset_page
from web.refund_progress import progress_of


@signed_in
def refunds(request: HttpRequest) -> HttpResponse:
    """A page of them, newest first; those on their way are summed up above."""
    mine = refunds_for(person(request)).filter(payment__subject_kind=SUBJECT)
    page = keyset_page(request.GET, mine)
    now = timezone.now()
    context = {
        "tab": "me",
        "page": page,
        "rows": [progress_of(refund, now=now) for refund in page],
        "waiting": under_way(mine).aggregate(count=Count("pk"), fen=Coalesce(Sum("amount_fen"), 0)),
    }
    return render(request, "storefront/orders/refunds.html", context)
