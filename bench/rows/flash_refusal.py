"""A flash sale: a thousand buyers, a hundred pieces. Exactly those are sold, and whoever is too late hears it soon."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from bench import load
from bench.joining import bare_requests, join_requests
from bench.row import Row
from bench.seeding import buyers, line_of, open_for_joining, the_shop
from bench.server import plan
from catalog.models import Allotment

BUYERS, PIECES = 1_000, 100
FLASH = "F1ASH00000"
SOLD, SOLD_OUT = 201, 409
# Everybody is heard; on any usual computer that takes a second or two.
LONGEST = 120


@dataclass(frozen=True)
class Sale:
    """The requests of as many buyers, to us and to the bare endpoint, which has enough for everybody."""

    ours: list[bytes]
    bare: list[bytes]


def prepare() -> Sale:
    open_for_joining(the_shop(), code=FLASH, now=timezone.now(), pieces=PIECES)
    people = buyers(BUYERS)
    return Sale(join_requests(people, {FLASH: line_of(FLASH).sku}), bare_requests(people))


def ours(sale: Sale) -> float:
    """Refusals per second. Raises AssertionError when anything but a hundred pieces was sold."""
    result = load.drive(plan().port, sale.ours, expect=(SOLD, SOLD_OUT), seconds=LONGEST, warm_up=0)
    assert result.statuses == Counter({SOLD: PIECES, SOLD_OUT: BUYERS - PIECES}), result.statuses
    allotment = Allotment.objects.get(purpose=f"campaign:{FLASH}")
    assert (allotment.reserved, allotment.free) == (PIECES, 0)
    return result.only(SOLD_OUT).rate


def reference(sale: Sale) -> float:
    return load.drive(plan().port, sale.bare, expect=(SOLD,), seconds=LONGEST, warm_up=0).rate


ROW = Row(
    name="flash-refusal",
    unit="refusals/s while 100 pieces sell out ÷ joins/s of the bare endpoint",
    bar=0.5,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
    served=True,
)
