"""Joining one hot campaign over HTTP, whole stack: token, idempotency, price rules, limits, risk checks, event."""

from dataclasses import dataclass

from bench.joining import bare_requests, hot_requests, joined_per_second
from bench.row import Row
from bench.seeding import buyers


@dataclass(frozen=True)
class Joins:
    """The requests of as many buyers, to us and to the bare endpoint."""

    ours: list[bytes]
    bare: list[bytes]


def prepare() -> Joins:
    people = buyers()
    return Joins(hot_requests(people), bare_requests(people))


def ours(joins: Joins) -> float:
    return joined_per_second(joins.ours)


def reference(joins: Joins) -> float:
    return joined_per_second(joins.bare)


ROW = Row(
    name="join-endpoint",
    unit="joins/s on one hot campaign ÷ the same database call behind a bare endpoint",
    bar=0.6,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
    served=True,
)
