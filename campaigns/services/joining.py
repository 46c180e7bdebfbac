"""Joining a campaign: a pure, signed quote first, then one short write."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils import timezone

from accounts.models import User
from campaigns.errors import CampaignClosed, EarlyBirdGone, Full, LimitReached, MembersFirst, NotOpenYet
from campaigns.errors import QuoteForSomethingElse as SomethingElse
from campaigns.pricing import SkuTerms, Terms
from campaigns.selectors.standing import Standing, standing_of
from campaigns.sources import HOLD, PERSON, PLACE, SOURCE, CampaignFacts
from campaigns.states import CampaignStatus
from catalog.errors import SoldOut
from common.idempotency import Once
from orders.claims import ALLOTMENT
from orders.errors import (
    BadQuantity,
    DeliveryNotOffered,
    FulfilmentMissing,
    GiftGone,
    NothingOrdered,
    SkuTwice,
    UnknownAddress,
    UnknownPickupPoint,
    UnknownSku,
)
from orders.models import Order
from orders.quotes import (
    MOST_PIECES,
    Basket,
    Claim,
    Fulfilment,
    FulfilmentChoice,
    Item,
    LineRequest,
    Quote,
    made,
    read_token,
)
from orders.services import quoting
from orders.services.placing import Placement, place_order

TRIES = 3


def quote(
    *,
    buyer: User,
    code: str,
    lines: Sequence[LineRequest],
    fulfilment: FulfilmentChoice,
    choices: Mapping[str, str] | None = None,
    now: dt.datetime,
) -> Quote:
    """What joining would cost now, line by line; nothing is taken. Beyond what is at hand one query, about the campaign
    and its person; a second one for whoever holds coupons, is offered gifts or has prices of their own.

    `choices` is what the buyer decided about their benefits, see docs/pricing.md. Raises a Refusal that says why the
    buyer could not join like this.
    """
    standing = standing_of(buyer, code, fulfilment.address, now=now)
    _refuse_unless_open(standing, now=now)
    items = _items(standing.terms, lines)
    _refuse_if_gone(standing, items)
    _refuse_above_limit(standing, sum(item.quantity for item in items))
    basket = _basket(buyer, standing, items, fulfilment, choices=made(choices), now=now)
    return quoting.quote(basket, seen=standing.seen, now=now)


def join(
    *,
    buyer: User,
    code: str,
    lines: Sequence[LineRequest],
    fulfilment: FulfilmentChoice,
    choices: Mapping[str, str] | None = None,
    quote_token: str = "",
    once: Once[Placement] | None = None,
    now: dt.datetime,
) -> Order:
    """Place an order in a campaign, at the price of the quote in hand or of one made now.

    A quote in hand is charged even if the ladder has moved since (rule 2); only sold out, closed or denied refuse it.
    With `once`, the request's key is kept in the statement that places the order; see place_order.
    """
    if quote_token:
        quoted = read_token(quote_token, now=now)
        if (quoted.buyer_id, quoted.source_kind, quoted.source_code) != (buyer.pk, SOURCE, code):
            raise SomethingElse
        if not quoted.asks_for(lines, fulfilment, choices):
            raise SomethingElse
        return _place(quoted, once, now=now)
    return _join_at_current_price(buyer, code, lines, fulfilment, choices, once, now=now)


def _join_at_current_price(
    buyer: User,
    code: str,
    lines: Sequence[LineRequest],
    fulfilment: FulfilmentChoice,
    choices: Mapping[str, str] | None,
    once: Once[Placement] | None,
    *,
    now: dt.datetime,
) -> Order:
    """Without a quote in hand, an early-bird slot lost to somebody quicker means the ladder's price instead, and a
    lost gift means none.
    """
    for attempt in range(1, TRIES + 1):
        fresh = quote(buyer=buyer, code=code, lines=lines, fulfilment=fulfilment, choices=choices, now=now)
        try:
            return _place(fresh, once, now=now)
        except (EarlyBirdGone, GiftGone):
            if attempt == TRIES:
                raise
    raise AssertionError("the last attempt places or raises")


def _place(quoted: Quote, once: Once[Placement] | None, *, now: dt.datetime) -> Order:
    if now >= quoted.pay_until:
        raise CampaignClosed
    return place_order(quote=quoted, once=once, now=now)


def _refuse_unless_open(standing: Standing, *, now: dt.datetime) -> None:
    if standing.status == CampaignStatus.SCHEDULED or now < standing.terms.opens_at:
        raise NotOpenYet(opens=_clock(standing.terms.opens_at))
    if now < standing.terms.opens_for_all_at and not standing.buyer_is_early:
        raise MembersFirst(opens=_clock(standing.terms.opens_for_all_at))
    if standing.status != CampaignStatus.OPEN or now >= standing.terms.closes_at:
        raise CampaignClosed


def _clock(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")


def _items(terms: Terms, lines: Sequence[LineRequest]) -> tuple[Item, ...]:
    if not lines:
        raise NothingOrdered
    if len({line.sku for line in lines}) != len(lines):
        raise SkuTwice
    offered = {sku.sku_code: sku for sku in terms.skus}
    return tuple(_item(offered, line) for line in lines)


def _item(offered: dict[str, SkuTerms], line: LineRequest) -> Item:
    if not 1 <= line.quantity <= MOST_PIECES:
        raise BadQuantity(most=MOST_PIECES)
    if line.sku not in offered:
        raise UnknownSku
    sku = offered[line.sku]
    return Item(
        sku_id=sku.sku_id,
        sku_code=sku.sku_code,
        product_name=sku.product_name,
        specification=sku.specification,
        quantity=line.quantity,
        list_price_fen=sku.list_price_fen,
        no_reason_return=sku.no_reason_return,
        return_days=sku.return_days,
    )


def _refuse_if_gone(standing: Standing, items: Sequence[Item]) -> None:
    """A clear no before anything is written; whoever is quicker than this look is met by the guarded updates."""
    most = standing.terms.max_participants
    if most is not None and standing.live_pieces == 0 and standing.places_taken >= most:
        raise Full
    left = {sku.sku_id: count for sku, count in zip(standing.terms.skus, standing.pieces_left, strict=True)}
    for item in items:
        if item.quantity > left[item.sku_id]:
            raise SoldOut(left=left[item.sku_id])


def _refuse_above_limit(standing: Standing, pieces: int) -> None:
    limit = standing.terms.limit_per_person
    if limit is not None and standing.live_pieces + pieces > limit:
        raise LimitReached(limit=limit, taken=standing.live_pieces, left=limit - standing.live_pieces)


def _basket(
    buyer: User,
    standing: Standing,
    items: tuple[Item, ...],
    choice: FulfilmentChoice,
    *,
    choices: Mapping[str, str],
    now: dt.datetime,
) -> Basket:
    terms = standing.terms
    return Basket(
        buyer_id=buyer.pk,
        merchant_id=terms.merchant_id,
        source_kind=SOURCE,
        source_code=terms.code,
        items=items,
        fulfilment=_fulfilment(buyer, standing, choice),
        pay_minutes=terms.payment_minutes,
        pay_until=terms.closes_at,
        hold=HOLD,
        claims=_claims(terms, items),
        choices=choices,
        facts={
            "campaign": CampaignFacts(terms, standing.count, standing.early_birds, standing.buyer_is_staff, now),
            "freight_fen": terms.freight_fen,
            "free_freight_from_fen": terms.free_freight_from_fen,
        },
    )


def _fulfilment(buyer: User, standing: Standing, choice: FulfilmentChoice) -> Fulfilment:
    if choice.pickup_point:
        return at_point(buyer, standing.terms, choice.pickup_point)
    if choice.address:
        if not standing.terms.delivers:
            raise DeliveryNotOffered
        if standing.address_id is None:
            raise UnknownAddress
        return Fulfilment(address_id=standing.address_id, chosen=choice.address)
    raise FulfilmentMissing


def at_point(buyer: User, terms: Terms, code: str) -> Fulfilment:
    """The point with its leader and rate; leaders earn nothing on what they buy themselves (rule 16)."""
    point = next((point for point in terms.points if point.code == code), None)
    if point is None:
        raise UnknownPickupPoint
    rate_bp = 0 if point.leader_id == buyer.pk else point.commission_bp
    return Fulfilment(point.point_id, point.leader_id, rate_bp, chosen=point.code)


def _claims(terms: Terms, items: Sequence[Item]) -> tuple[Claim, ...]:
    campaign = str(terms.campaign_id)
    allotments = {sku.sku_id: sku.allotment_id for sku in terms.skus}
    claims = [Claim(PERSON, campaign, sum(item.quantity for item in items))]
    claims += [Claim(ALLOTMENT, str(allotments[item.sku_id]), item.quantity) for item in items]
    if terms.max_participants is not None:
        claims.append(Claim(PLACE, campaign, 1))
    return tuple(claims)
