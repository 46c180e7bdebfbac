"""Orders that are placed again and again and never paid: each keeps pieces from neighbours who would pay."""

from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.quotes import Basket
from orders.states import OrderStatus
from risk.detectors.base import Buyer, Found, Method, Parameter, Parameters, Placing, Since, add, counted
from risk.states import Action


def fact(buyer: Buyer, since: Since) -> Combinable:
    """How many of the buyer's late orders ran out of time. What they cancelled themselves they gave back."""
    return counted(Order.objects.filter(buyer=buyer, status=OrderStatus.EXPIRED, placed_at__gt=since))


def judge(_basket: Basket, parameters: Parameters, expired: int) -> Found:
    """More than anybody lets run out by mistake."""
    if expired < parameters["expired"]:
        return None
    return {"expired": expired, "hours": parameters["hours"]}


add(
    Method(
        key="unpaid_orders",
        title=_("反复下单不付款"),
        looks_for=_("同一个人反复下单又让订单过期，占着库存不让邻居买"),
        parameters=(
            Parameter("hours", _("几小时内"), default=24, most=720),
            Parameter("expired", _("有几单没付款就算"), default=8, most=1_000, least=2),
        ),
        action=Action.DENY,
        placing=Placing("hours", fact, judge),
    )
)
