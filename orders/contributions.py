"""What higher apps contribute to an order: facts, price rules, checks, claims, effects. Orders names none of them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from common.assessments import Assessment
from common.calls import SaidNo
from common.errors import Refusal
from common.registry import Registry
from orders.facts import FactsReader
from orders.models import Order
from orders.quotes import Basket, Claim, Item, Offer, QuotedLine
from orders.so_far import SoFar


@dataclass(frozen=True)
class Gift:
    """Pieces that are added to the order for nothing, and the claims on what they take. `detail` is for its line."""

    item: Item
    claims: Sequence[Claim] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleAnswer:
    """What a price rule says: lines, new unit prices by item index, gifts, claims its benefit takes, and offers."""

    lines: Sequence[QuotedLine] = ()
    unit_prices: Mapping[int, int] = field(default_factory=dict)
    claims: Sequence[Claim] = ()
    gifts: Sequence[Gift] = ()
    offers: Sequence[Offer] = ()


class PriceRule(Protocol):
    """Pure: the price so far in, explained lines out."""

    def __call__(self, so_far: SoFar) -> RuleAnswer: ...


class PlacingCheck(Protocol):
    """Pure: whether this basket may be placed. Works on what the basket carries; a flag lets it pass."""

    def __call__(self, basket: Basket) -> Assessment: ...


class LockOrder(IntEnum):
    """The one order in which claims lock rows, so that no two orders wait for each other."""

    PERSON = 10
    COUPON = 20
    POINTS = 30
    # As in `catalog.locks`: taking the last pieces of an allotment looks at the stock behind it.
    ALLOTMENT = 40
    STOCK = 50
    COUNTERS = 60


@dataclass(frozen=True)
class GivenBack:
    """A claim that returns to its keeper."""

    order: Order
    key: str
    quantity: int


# Takes an order's claims of one kind in the caller's transaction; raises a Refusal when they cannot be had.
Take = Callable[[Order, Sequence[Claim], dt.datetime], None]


GiveBack = Callable[[Sequence[GivenBack], dt.datetime], None]


@dataclass(frozen=True)
class TakeInSql:
    """A function of the database that takes, called in the statement that writes the order.

    (orders_order, claims as jsonb, when the price was quoted) → what is left to be done, as jsonb, or NULL. What it
    refuses by `common_refuse` is raised as what `refusal` makes of it, which says None to what is not its own. What it
    left is done by `follow_up` in the same transaction.
    """

    function: str
    refusal: Callable[[SaidNo, Sequence[Claim]], Refusal | None] = lambda said, claims: None
    follow_up: Callable[[Any, dt.datetime], None] | None = None


@dataclass(frozen=True)
class ClaimKeeper:
    """Who keeps one kind of scarce things.

    `take` gets an order's claims of this kind, `give_back` those of many orders at once. Both run inside the caller's
    transaction and end with guarded updates.
    """

    rank: LockOrder
    take: TakeInSql | Take
    give_back: GiveBack


PaidEffect = Callable[[Order, dt.datetime], None]

facts_readers: Registry[FactsReader] = Registry("facts reader")
price_rules: Registry[PriceRule] = Registry("price rule")
placing_checks: Registry[PlacingCheck] = Registry("placing check")
claim_keepers: Registry[ClaimKeeper] = Registry("claim keeper")
# Run inside the transaction that captures the money; may raise payments' NotWanted.
on_paid: Registry[PaidEffect] = Registry("effect of a paid order")
