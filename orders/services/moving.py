"""An order that will be fetched somewhere else than it was placed for."""

from common import audit
from orders.models import Order
from orders.quotes import Fulfilment


def move_to_point(*, order: Order, place: Fulfilment, actor_id: int) -> None:
    """Write another point into a locked order, with the leader and the rate frozen now, as placing freezes them.

    Whether it still may be moved, and where to, is known to whoever brought the order.
    """
    was, order.pickup_point_id = order.pickup_point_id, place.pickup_point_id
    order.leader_id, order.leader_rate_bp = place.leader_id, place.leader_rate_bp
    order.save(update_fields=["pickup_point", "leader", "leader_rate_bp"])
    subject = f"order:{order.number}"
    audit.record(actor_id=actor_id, action="order.move", subject=subject, was=was, point=place.pickup_point_id)
