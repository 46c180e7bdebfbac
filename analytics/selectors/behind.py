"""The rows behind a number: the orders that it counts."""

from collections.abc import Callable, Mapping

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.selectors.measures import BENEFITS
from orders.models import Order, PriceLine
from orders.models.order import OrderQuerySet

Narrow = Callable[[OrderQuerySet], OrderQuerySet]


def with_benefit(orders: OrderQuerySet) -> OrderQuerySet:
    """Those that a coupon, promotion, gift or points made cheaper."""
    return orders.filter(Exists(PriceLine.objects.filter(order=OuterRef("pk"), code__in=BENEFITS)))


def of_new_customers(orders: OrderQuerySet) -> OrderQuerySet:
    """Those of people who had paid that shop on no day before."""
    return _dated(orders).filter(~Exists(_earlier()), paid_at__isnull=False)


def of_old_customers(orders: OrderQuerySet) -> OrderQuerySet:
    """Those of people who had paid that shop on a day before."""
    return _dated(orders).filter(Exists(_earlier()))


def _dated(orders: OrderQuerySet) -> OrderQuerySet:
    return orders.annotate(paid_on=TruncDate("paid_at", tzinfo=timezone.get_default_timezone()))


def _earlier() -> OrderQuerySet:
    paid = _dated(Order.objects.filter(buyer=OuterRef("buyer"), merchant=OuterRef("merchant")))
    return paid.filter(Q(paid_on__lt=OuterRef("paid_on")))


NARROW: Mapping[str, tuple[str | Promise, Narrow]] = {
    "new": (_("新客的"), of_new_customers),
    "old": (_("老客的"), of_old_customers),
    "benefit": (_("用了优惠的"), with_benefit),
}
