"""Where people come from: written down when they sign in, register or order, and forgotten after a while."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from common.notes import Notebook
from orders.models import Order
from risk.fingerprints import address_hash, device_hash, network_hash
from risk.models import AddressSighting, Sighting

sightings = Notebook("""
INSERT INTO risk_sighting AS seen (user_id, device_hash, network_hash, first_seen, last_seen, count)
SELECT person, device, network, min(at), max(at), count(*)
  FROM json_to_recordset(%(notes)s) AS note (person bigint, device text, network text, at timestamptz)
  JOIN accounts_user AS who ON who.id = note.person
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3
    ON CONFLICT (user_id, device_hash, network_hash) DO UPDATE
   SET count = seen.count + excluded.count, last_seen = greatest(seen.last_seen, excluded.last_seen)
""")
SIGHT_ADDRESS = """
INSERT INTO risk_addresssighting AS seen (user_id, address_hash, first_seen, last_seen, count)
VALUES (%(user)s, %(address)s, %(now)s, %(now)s, 1)
ON CONFLICT (user_id, address_hash) DO UPDATE
SET count = seen.count + 1, last_seen = greatest(seen.last_seen, excluded.last_seen)
"""


def sight(*, user_id: int, device: str, ip: str, now: dt.datetime) -> None:
    """Somebody came with this token in their cookie, from this address. Only keyed hashes of both are kept.

    A device is known to the very next order that is placed from it; a network alone says nothing to placing.
    """
    sightings.add(person=user_id, device=device_hash(device), network=network_hash(ip), at=now)
    if device:
        sightings.write_down()


def sight_addresses(*, order_ids: Sequence[int]) -> None:
    """People have something delivered to a door; what is fetched at a pick-up point says nothing."""
    orders = Order.objects.filter(pk__in=order_ids).order_by("buyer_id", "pk")
    with connection.cursor() as cursor:
        for order in (order for order in orders if order.delivery_detail):
            door = address_hash(order.delivery_region, order.delivery_detail)
            cursor.execute(SIGHT_ADDRESS, {"user": order.buyer_id, "address": door, "now": order.placed_at})


def forget(*, now: dt.datetime) -> int:
    """Delete what was seen too long ago to say anything; returns how much."""
    too_old = {"last_seen__lt": now - settings.KEEP_SIGHTINGS}
    devices, _each = Sighting.objects.filter(**too_old).delete()
    doors, _each = AddressSighting.objects.filter(**too_old).delete()
    return devices + doors
