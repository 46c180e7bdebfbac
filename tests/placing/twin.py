"""What orders_place means, in plain Python: statement after statement, as one would write it first.

It is the specification of the functions in orders/sql, campaigns/sql, catalog/sql and marketing/sql. Slow, and right
only where nobody else writes at the same time: the guards are looks.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

from campaigns.errors import EarlyBirdGone, Full, LimitReached
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant
from campaigns.sources import EARLY_BIRD, PERSON, PLACE
from catalog.errors import SellingClosed, SoldOut
from catalog.models import Allotment, StockMovement
from catalog.services import levels
from catalog.states import MovementKind
from common import events, statemachine
from marketing.errors import CouponTaken
from marketing.models import Coupon, PromotionStep, PromotionUse
from marketing.promoting import CLAIM as PROMOTION
from marketing.sources import CLAIM as COUPON
from marketing.states import CouponStatus
from orders.claims import ALLOTMENT
from orders.errors import GiftGone
from orders.events import OrderPlaced, PlacingFlagged
from orders.models import Hold, Order, OrderClaim, OrderLine, PriceLine
from orders.quotes import Claim, Quote
from orders.services.claiming import in_lock_order


def place_order(quote: Quote, *, now: dt.datetime) -> Order:
    """Turn a quote into an order. Raises what orders_place refuses; the transaction is then to be rolled back."""
    order = Order.objects.create(
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
    Order.objects.filter(pk=order.pk).update(platform_fee_bp=order.merchant.platform_fee_bp)
    _write_lines(order, quote)
    for kind, _keeper, claims in in_lock_order(quote.claims):
        for claim in claims:
            OrderClaim.objects.create(order=order, kind=kind, key=claim.key, quantity=claim.quantity)
    if quote.hold:
        Hold.objects.create(order=order, kind=quote.hold)
    statemachine.begin(order, now=now, actor_id=quote.buyer_id)
    events.publish(OrderPlaced(order.pk))
    for flag in quote.flags:
        events.publish(PlacingFlagged(order.pk, flag.check, flag.reason, flag.evidence))
    for kind, _keeper, claims in in_lock_order(quote.claims):
        TAKE[kind](order, claims, quote.quoted_at)
    return order


def _write_lines(order: Order, quote: Quote) -> None:
    lines = [
        OrderLine.objects.create(
            order=order,
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
        for item in quote.items
    ]
    for position, step in enumerate(quote.price_lines):
        PriceLine.objects.create(
            order=order,
            line=None if step.item is None else lines[step.item],
            position=position,
            code=step.code,
            amount_fen=step.amount_fen,
            funder=step.funder,
            detail=step.detail,
        )


def take_person(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    for claim in claims:
        campaign = Campaign.objects.get(pk=int(claim.key))
        early_bird = order.claims.filter(kind=EARLY_BIRD).exists()
        CampaignOrder.objects.create(order=order, campaign=campaign, pieces=claim.quantity, early_bird=early_bird)
        mine = Participant.objects.filter(campaign=campaign, user_id=order.buyer_id).first()
        if mine is None:
            mine = Participant(campaign=campaign, user_id=order.buyer_id, joined_at=order.placed_at)
        limit = campaign.limit_per_person
        if limit is not None and mine.live_pieces + claim.quantity > limit:
            raise LimitReached(limit=limit, taken=mine.live_pieces, left=limit - mine.live_pieces)
        mine.live_pieces += claim.quantity
        mine.live_orders += 1
        mine.save()


def take_place(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    for claim in claims:
        campaign, progress = Campaign.objects.get(pk=int(claim.key)), CampaignProgress.objects.get(pk=int(claim.key))
        if Participant.objects.get(campaign=campaign, user_id=order.buyer_id).live_orders > 1:
            continue
        if campaign.max_participants is None or progress.places_taken >= campaign.max_participants:
            raise Full
        progress.places_taken += 1
        progress.save()


def take_early_bird(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    for claim in claims:
        campaign, progress = Campaign.objects.get(pk=int(claim.key)), CampaignProgress.objects.get(pk=int(claim.key))
        if campaign.early_bird_orders is None or progress.early_birds >= campaign.early_bird_orders:
            raise EarlyBirdGone
        progress.early_birds += claim.quantity
        progress.save()


def take_allotments(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    wanted: Counter[int] = Counter()
    for claim in claims:
        wanted[int(claim.key)] += claim.quantity
    gifts = {int(claim.key) for claim in claims if claim.is_gift}
    low = []
    for pk, quantity in sorted(wanted.items()):
        allotment = Allotment.objects.get(pk=pk)
        if not allotment.is_open:
            raise GiftGone if pk in gifts else SellingClosed
        if allotment.free < quantity:
            raise GiftGone if pk in gifts else SoldOut(left=allotment.free)
        allotment.reserved += quantity
        allotment.save()
        StockMovement.objects.create(
            sku_id=allotment.sku_id,
            kind=MovementKind.RESERVE,
            quantity=quantity,
            reserved_delta=quantity,
            allotment=allotment,
            document=order.number,
            at=order.placed_at,
        )
        if allotment.free <= allotment.sku.stock.alert_threshold:
            low.append(allotment.sku_id)
    levels.watch(sku_ids=low, now=order.placed_at)


def hold_coupons(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    for pk in sorted(int(claim.key) for claim in claims):
        coupon = Coupon.objects.get(pk=pk)
        is_theirs = coupon.user_id == order.buyer_id and coupon.valid_until > quoted_at
        if not is_theirs or coupon.status != CouponStatus.CLAIMED:
            raise CouponTaken
        statemachine.move(coupon, CouponStatus.HELD, now=order.placed_at, actor_id=order.buyer_id, order=order)


def use_promotions(order: Order, claims: Sequence[Claim], quoted_at: dt.datetime) -> None:
    for claim in claims:
        step = PromotionStep.objects.get(pk=int(claim.key))
        PromotionUse.objects.create(order=order, promotion=step.promotion, step=step)


TAKE: dict[str, Callable[[Order, Sequence[Claim], dt.datetime], None]] = {
    PERSON: take_person,
    PLACE: take_place,
    EARLY_BIRD: take_early_bird,
    ALLOTMENT: take_allotments,
    COUPON: hold_coupons,
    PROMOTION: use_promotions,
}
