from orders.models.claim import OrderClaim
from orders.models.hold import Hold
from orders.models.order import NUMBER_PREFIX, Order, OrderLine, PriceLine
from orders.models.pickup import PickupPoint
from orders.models.quick_refund import QuickRefund
from orders.models.refund import RefundLine

__all__ = [
    "NUMBER_PREFIX",
    "Hold",
    "Order",
    "OrderClaim",
    "OrderLine",
    "PickupPoint",
    "PriceLine",
    "QuickRefund",
    "RefundLine",
]
