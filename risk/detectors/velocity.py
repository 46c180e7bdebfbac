"""Many orders of one person in a short time: a script, or somebody who fakes sales."""

from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.quotes import Basket
from risk.detectors.base import Buyer, Found, Method, Parameter, Parameters, Placing, Since, add, counted


def fact(buyer: Buyer, since: Since) -> Combinable:
    """How many orders the buyer has just placed, whatever became of them."""
    return counted(Order.objects.filter(buyer=buyer, placed_at__gt=since))


def judge(_basket: Basket, parameters: Parameters, placed: int) -> Found:
    """One more than is usual."""
    if placed < parameters["orders"]:
        return None
    return {"orders": placed + 1, "minutes": parameters["minutes"]}


add(
    Method(
        key="velocity",
        title=_("下单过快"),
        looks_for=_("同一个人短时间内连续下很多单：脚本抢单，或者刷单"),
        parameters=(
            Parameter("minutes", _("几分钟内"), default=10, most=1_440),
            Parameter("orders", _("最多几单算正常"), default=10, most=1_000),
        ),
        placing=Placing("minutes", fact, judge),
    )
)
