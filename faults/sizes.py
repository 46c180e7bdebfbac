"""How much of each fault: the full form takes minutes, the short one fits into what every change must pass."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Counts of things, and `patience`, the seconds after which waiting for one of them is given up.

    Only an `unhurried` run waits for the leases of a killed worker, two minutes; the other lets them run out at once.
    """

    unhurried: bool
    patience: int
    refunds: int
    kills: int
    told: int
    handler_kills: int
    flushes: int
    refunds_while_flushing: int
    shoppers: int
    buyers: int
    restarts: int
    seconds_between_restarts: int
    storms: int
    rounds_of_tasks: int
    refunds_in_trouble: int
    pages: int
    cuts: int


FULL = Size(
    unhurried=True,
    patience=600,
    refunds=10_000,
    kills=20,
    told=100,
    handler_kills=10,
    flushes=5,
    refunds_while_flushing=1_000,
    shoppers=4,
    buyers=3_000,
    restarts=5,
    seconds_between_restarts=20,
    storms=10,
    rounds_of_tasks=3,
    refunds_in_trouble=200,
    pages=100,
    cuts=50,
)
SHORT = Size(
    unhurried=False,
    patience=240,
    refunds=300,
    kills=3,
    told=20,
    handler_kills=1,
    flushes=1,
    refunds_while_flushing=100,
    shoppers=2,
    buyers=300,
    restarts=1,
    seconds_between_restarts=2,
    storms=2,
    rounds_of_tasks=1,
    refunds_in_trouble=15,
    pages=20,
    cuts=10,
)
