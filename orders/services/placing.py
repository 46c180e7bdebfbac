"""The write phase of an order: one call of the database, new rows first, guarded updates last (ADR 16, 17).

The rows are made here, and `orders/sql/place_order.sql` writes them. On its own the call is a whole transaction. An
order that claims what only Python can take (points: the books are written by the ledger alone), or after which there is
something to do (pieces run low), is written by the same functions in a transaction of a few statements.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.models import Address
from common.calls import SaidNo, call, flush
from common.events import Event, name_of
from common.idempotency import Once, Repeated
from common.rows import row_of, to_json
from orders.contributions import Claim, ClaimKeeper, TakeInSql
from orders.errors import UnknownAddress
from orders.events import OrderPlaced, PlacingFlagged
from orders.models import NUMBER_PREFIX, Order, OrderLine
from orders.quotes import Flag, Item, Quote, QuotedLine
from orders.services import heat
from orders.services.claiming import in_lock_order

PLACE = "SELECT order_id, number, platform_fee_bp, notes FROM orders_place(%s)"
INSERT = "SELECT id, number, platform_fee_bp FROM orders_insert(%s)"
REMEMBER = "SELECT common_remember(%s, %s)"
TAKE = "SELECT orders_take_claims(placed, %s, %s) FROM orders_order AS placed WHERE id = %s"
FOLLOW_UP = "follow_up"
# The order's id where there is none yet: orders_insert writes it into its events.
NOT_YET = 0


@dataclass(frozen=True)
class Placement:
    """An order as it is being placed, with what is in it."""

    order: Order
    items: Sequence[Item]


def place_order(*, quote: Quote, now: dt.datetime, once: Once[Placement] | None = None) -> Order:
    """Turn a quote into an order that waits for its payment. Raises the Refusal of whoever has no more to give.

    With `once`, the key of the request is kept with its answer in the same transaction; raises Repeated when somebody
    else brought it first.
    """
    order = _order(quote, now=now)
    form = _form(order, quote, once)
    try:
        if connection.in_atomic_block or not _all_in_sql(quote) or not _placed_alone(order, form):
            _place_in_transaction(order, quote, form, now=now)
    except SaidNo as said:
        raise _refusal(said, quote) from said
    return order


def _placed_alone(order: Order, form: dict[str, Any]) -> bool:
    """Write it by one statement that is its own transaction; False, and nothing written, when more has to be done.

    Many at once wait for the same rows, and longest for each other's commits: those let go of the rows before the disk
    has answered. Nobody is told of an order before it has.
    """
    early = heat.is_hot(order.source_code)
    try:
        order.pk, order.number, order.platform_fee_bp, _notes = call(
            PLACE, to_json(form | {"alone": True, "commit_early": early})
        )
    except SaidNo as said:
        if said.code == FOLLOW_UP:
            return False
        raise
    if early:
        flush()
    return True


@transaction.atomic
def _place_in_transaction(order: Order, quote: Quote, form: dict[str, Any], *, now: dt.datetime) -> None:
    if _all_in_sql(quote):
        order.pk, order.number, order.platform_fee_bp, left = call(PLACE, to_json(form | {"alone": False}))
        notes = json.loads(left)
    else:
        order.pk, order.number, order.platform_fee_bp = call(INSERT, to_json(form))
        if "once" in form:
            call(REMEMBER, to_json(form["once"]), order.number)
        notes = _take_one_by_one(order, quote, form, now=now)
    for kind, keeper, _claims in in_lock_order(quote.claims):
        if kind in notes and isinstance(keeper.take, TakeInSql) and keeper.take.follow_up:
            keeper.take.follow_up(notes[kind], now)


def _take_one_by_one(order: Order, quote: Quote, form: dict[str, Any], *, now: dt.datetime) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    kinds = in_lock_order(quote.claims)
    for (_kind, keeper, claims), wanted in zip(kinds, form["claims"], strict=True):
        if isinstance(keeper.take, TakeInSql):
            (left,) = call(TAKE, to_json([wanted]), quote.quoted_at, order.pk)
            notes |= json.loads(left)
        else:
            keeper.take(order, claims, now)
    return notes


def _all_in_sql(quote: Quote) -> bool:
    return all(isinstance(keeper.take, TakeInSql) for _kind, keeper, _claims in in_lock_order(quote.claims))


def _refusal(said: SaidNo, quote: Quote) -> Exception:
    if said.code == Repeated.code:
        return Repeated()
    for _kind, keeper, claims in in_lock_order(quote.claims):
        if isinstance(keeper.take, TakeInSql) and (refusal := keeper.take.refusal(said, claims)):
            return refusal
    return said


def _order(quote: Quote, *, now: dt.datetime) -> Order:
    order = Order(
        buyer_id=quote.buyer_id,
        merchant_id=quote.merchant_id,
        source_kind=quote.source_kind,
        source_code=quote.source_code,
        pickup_point_id=quote.fulfilment.pickup_point_id,
        leader_id=quote.fulfilment.leader_id,
        leader_rate_bp=quote.fulfilment.leader_rate_bp,
        goods_fen=quote.goods_fen,
        freight_fen=quote.freight_fen,
        payable_fen=quote.payable_fen,
        placed_at=now,
        pay_by=min(now + dt.timedelta(minutes=quote.pay_minutes), quote.pay_until),
    )
    if quote.fulfilment.address_id is not None:
        _copy_address(order, quote.fulfilment.address_id)
    return order


def _copy_address(order: Order, address_id: int) -> None:
    """The order keeps the address as it is now; changing or removing it later changes no order."""
    address = Address.objects.filter(pk=address_id, user_id=order.buyer_id, removed_at__isnull=True).first()
    if address is None:
        raise UnknownAddress
    order.recipient_name = address.name
    order.recipient_phone = address.phone
    order.delivery_region = address.region
    order.delivery_detail = address.detail


def _form(order: Order, quote: Quote, once: Once[Placement] | None) -> dict[str, Any]:
    """Everything that is to be written, as orders_place reads it; what gets its key there has none yet."""
    form = {
        "prefix": NUMBER_PREFIX,
        "order": row_of(order),
        "lines": [row_of(_line(item)) for item in quote.items],
        "price_lines": [_step(position, line) for position, line in enumerate(quote.price_lines)],
        "claims": [_wanted(*entry) for entry in in_lock_order(quote.claims)],
        "holds": [quote.hold] if quote.hold else [],
        "events": [_event(OrderPlaced(NOT_YET)), *(_event(_flagged(flag)) for flag in quote.flags)],
        "quoted_at": quote.quoted_at,
    }
    return form if once is None else form | {"once": once.row(Placement(order, quote.items))}


def _line(item: Item) -> OrderLine:
    return OrderLine(
        sku_id=item.sku_id,
        product_name=item.product_name,
        specification=item.specification,
        quantity=item.quantity,
        unit_price_fen=item.unit_price_fen,
        paid_fen=item.paid_fen,
        no_reason_return=item.no_reason_return,
        return_days=item.return_days,
        is_gift=item.is_gift,
    )


def _step(position: int, line: QuotedLine) -> dict[str, Any]:
    return {
        "position": position,
        "item": line.item,
        "code": line.code,
        "amount_fen": line.amount_fen,
        "funder": line.funder,
        "detail": line.detail,
    }


def _wanted(kind: str, keeper: ClaimKeeper, claims: list[Claim]) -> dict[str, Any]:
    return {
        "kind": kind,
        "take": keeper.take.function if isinstance(keeper.take, TakeInSql) else None,
        "claims": [{"key": claim.key, "quantity": claim.quantity} for claim in claims],
    }


def _event(event: Event) -> dict[str, Any]:
    return {"name": name_of(type(event)), "payload": vars(event)}


def _flagged(flag: Flag) -> PlacingFlagged:
    return PlacingFlagged(NOT_YET, check=flag.check, reason=flag.reason, evidence=flag.evidence)
