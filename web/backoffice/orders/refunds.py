"""The money that went back, or is on its way."""

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse

from orders.locks import SUBJECT
from payments.models import Refund
from payments.states import RefundStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import page_of, show, without_page


@needs(Right.REFUNDS)
def refunds(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, and what they add up to by state."""
    state = request.GET.get("state", "")
    ours = refunds_of(shop)
    sums = {row["status"]: row for row in ours.values("status").annotate(count=Count("pk"), fen=Sum("amount_fen"))}
    chosen = ours.filter(status=state) if state in RefundStatus.values else ours
    context = {
        "page": page_of(request, chosen.select_related("payment").order_by("-pk")),
        "query": without_page(request),
        "state": state,
        "tabs": [(status.value, status.label, sums[status]) for status in RefundStatus if status in sums],
        "total_fen": sum(row["fen"] for row in sums.values()),
        "count": sum(row["count"] for row in sums.values()),
    }
    return show(request, shop, "refunds/index.html", context, here="refunds")


def refunds_of(shop: Shop) -> QuerySet[Refund]:
    """Every refund of a payment for one of our orders."""
    return Refund.objects.filter(payment__merchant=shop.merchant, payment__subject_kind=SUBJECT)
