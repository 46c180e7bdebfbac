"""Joining over HTTP, whole stack, beside django-oscar's order placement in process."""

from bench.joining import hot_requests, joined_per_second
from bench.peers import oscar_per_second, prepare_oscar
from bench.row import Row
from bench.seeding import buyers


def prepare() -> list[bytes]:
    prepare_oscar()
    return hot_requests(buyers())


def reference(_requests: list[bytes]) -> float:
    return oscar_per_second()


ROW = Row(
    name="join-oscar",
    unit="joins/s over HTTP ÷ orders/s of django-oscar 4.2.1 in process, best of 1 and 8 threads",
    bar=15,
    prepare=prepare,
    ours=joined_per_second,
    reference=reference,
    fresh=True,
    served=True,
)
