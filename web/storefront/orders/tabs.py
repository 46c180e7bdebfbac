"""My orders by what they wait for."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.models import Order
from orders.states import OrderStatus

TABS = {
    "all": (_("全部"), tuple(OrderStatus)),
    "to-pay": (_("待付款"), (OrderStatus.PENDING_PAYMENT,)),
    "joined": (_("拼团中"), (OrderStatus.PAID,)),
    "to-fetch": (_("待收货"), (OrderStatus.PREPARING, OrderStatus.READY)),
    "over": (
        _("已结束"),
        (OrderStatus.RECEIVED, OrderStatus.COMPLETED, OrderStatus.EXPIRED, OrderStatus.CANCELLED),
    ),
}


def counts_of(user: User) -> dict[str, int]:
    """How many orders stand under each tab, by its name with underscores. One query."""
    rows = Order.objects.filter(buyer=user).order_by().values_list("status").annotate(Count("pk"))
    by_status: dict[str, int] = dict(rows)
    return {
        name.replace("-", "_"): sum(by_status.get(status, 0) for status in statuses)
        for name, (_word, statuses) in TABS.items()
    }
