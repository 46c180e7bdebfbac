"""Joining a hot campaign of a shop that has sold for eighteen months: beside a million orders and beside a thousand."""

from bench import growing
from bench.growing import GROWN, YOUNG, Sides
from bench.joining import hot_requests, join_in_process, joined_per_second
from bench.row import Row
from bench.seeding import buyers

ROUNDS = 3


def prepare() -> Sides:
    sides = growing.both(lambda: iter(_turns(hot_requests(buyers()[1:]))))
    growing.compare("growth-join", join_in_process)
    return sides


def _turns(requests: list[bytes]) -> list[list[bytes]]:
    """Nobody joins twice, so each round has people of its own."""
    return [requests[number::ROUNDS] for number in range(ROUNDS)]


def ours(sides: Sides) -> float:
    return growing.served(GROWN, lambda: joined_per_second(next(sides.grown)))


def reference(sides: Sides) -> float:
    return growing.served(YOUNG, lambda: joined_per_second(next(sides.young)))


ROW = Row(
    name="growth-join",
    unit="joins/s beside 1,000,000 orders ÷ beside 1,000",
    bar=0.6,
    prepare=prepare,
    ours=ours,
    reference=reference,
    large=True,
)
