"""A campaign as the public sees it: the ladder, how far it is, and what one pays now."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from campaigns.models import Campaign, CampaignSku, Tier
from campaigns.pricing import Counts, reached_tier
from campaigns.states import Basis, CampaignStatus
from catalog.models import ProductImage
from community.models import MemberPrice

ALMOST_PIECES = 3
ALMOST_PERCENT = 5


@dataclass(frozen=True)
class Step:
    """One step of the ladder. `state` is reached, current, next or locked."""

    threshold: int
    price_fen: int
    state: str


@dataclass(frozen=True)
class Ladder:
    """The staircase of one SKU: x is how many, y is the price.

    `state` is open, almost, top, succeeded or failed; `to_next` is how many are missing to the next step.
    """

    steps: tuple[Step, ...]
    count: int
    basis: str
    unit: str
    state: str
    to_next: int | None
    next_price_fen: int | None
    current_price_fen: int


@dataclass(frozen=True)
class CampaignCard:
    """What a list shows of a campaign: its first SKU's ladder stands for all.

    `places_left` are people where `left_basis` says participants, pieces otherwise. `thumbnail` is the small picture.
    `members_first_until` is when a head start ends; `member_price_fen` is the least that a member of some tier pays for
    the first SKU, where that is below what everybody pays.
    """

    code: str
    title: str
    status: str
    merchant_name: str
    image: str
    ladder: Ladder
    regular_price_fen: int
    opens_at: dt.datetime
    closes_at: dt.datetime
    participants: int
    pieces: int
    total_pieces: int
    places_left: int
    is_extended: bool
    is_subsidised: bool
    left_basis: str = Basis.PIECES
    thumbnail: str = ""
    members_first_until: dt.datetime | None = None
    member_price_fen: int | None = None


def with_ladder(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Everything a card needs, in a fixed number of queries.

    Parts are looked up for all campaigns at once and not joined: one way down an index instead of one for each row.
    """
    images = ProductImage.objects.order_by("position", "pk")
    skus = CampaignSku.objects.order_by("position", "pk")
    first_sku = CampaignSku.objects.filter(campaign=OuterRef(OuterRef("pk"))).order_by("position", "pk").values("sku")
    for_members = MemberPrice.objects.filter(sku=Subquery(first_sku[:1])).order_by("unit_price_fen")
    campaigns = campaigns.annotate(for_members_fen=Subquery(for_members.values("unit_price_fen")[:1]))
    return campaigns.select_related("merchant").prefetch_related(
        "progress",
        Prefetch("tiers", Tier.objects.order_by("threshold")),
        Prefetch("skus", skus),
        "skus__tier_prices",
        "skus__allotment",
        Prefetch("skus__sku__product__images", images),
    )


def card(campaign: Campaign) -> CampaignCard:
    """The card of a campaign read by `with_ladder`."""
    first = campaign.skus.all()[0]
    image = next(iter(first.sku.product.images.all()), None)
    left, left_basis = places_left(campaign)
    shown = ladder(campaign, first)
    return CampaignCard(
        code=campaign.code,
        title=campaign.title,
        status=campaign.status,
        merchant_name=campaign.merchant.name,
        image=image.medium.url if image else "",
        thumbnail=image.small.url if image else "",
        ladder=shown,
        regular_price_fen=first.sku.price_fen,
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        participants=campaign.progress.paid_participants,
        pieces=campaign.progress.paid_pieces,
        total_pieces=sum(offer.quantity for offer in campaign.skus.all()),
        places_left=left,
        left_basis=left_basis,
        members_first_until=campaign.opens_for_all_at if campaign.head_start_minutes else None,
        member_price_fen=_below(campaign.for_members_fen, shown.current_price_fen),  # type: ignore[attr-defined]
        is_extended=campaign.extended_at is not None,
        is_subsidised=campaign.subsidised,
    )


def _below(price_fen: int | None, everybody_fen: int) -> int | None:
    return price_fen if price_fen is not None and price_fen < everybody_fen else None


def ladder(campaign: Campaign, offer: CampaignSku) -> Ladder:
    """The ladder of one SKU of a campaign read by `with_ladder`; after the decision, as it was frozen."""
    tiers = campaign.tiers.all()
    thresholds = [tier.threshold for tier in tiers]
    price_of = {price.tier_id: price.unit_price_fen for price in offer.tier_prices.all()}
    prices = [price_of[tier.pk] for tier in tiers]
    count = count_of(campaign)
    current = _current(campaign, tiers, count)
    following = 0 if current is None else current + 1
    has_next = following < len(thresholds)
    return Ladder(
        steps=tuple(_steps(thresholds, prices, current)),
        count=count,
        basis=campaign.basis,
        unit=offer.sku.product.unit,
        state=_state(campaign, thresholds, current, count),
        to_next=max(thresholds[following] - count, 0) if has_next else None,
        next_price_fen=prices[following] if has_next else None,
        current_price_fen=prices[current or 0],
    )


def count_of(campaign: Campaign) -> int:
    """What the ladder goes by: the paid count, frozen at closing."""
    if campaign.final_count is not None:
        return campaign.final_count
    progress = campaign.progress
    return Counts(progress.paid_participants, progress.paid_pieces).by(campaign.basis)


def _current(campaign: Campaign, tiers: Iterable[Tier], count: int) -> int | None:
    if campaign.final_tier_id is not None:
        return [tier.pk for tier in tiers].index(campaign.final_tier_id)
    return reached_tier([tier.threshold for tier in tiers], count)


def _steps(thresholds: Sequence[int], prices: Sequence[int], current: int | None) -> Iterable[Step]:
    following = 0 if current is None else current + 1
    for index, (threshold, price_fen) in enumerate(zip(thresholds, prices, strict=True)):
        if index == current:
            state = "current"
        elif index < following:
            state = "reached"
        else:
            state = "next" if index == following else "locked"
        yield Step(threshold, price_fen, state)


def _state(campaign: Campaign, thresholds: Sequence[int], current: int | None, count: int) -> str:
    if campaign.status == CampaignStatus.SUCCEEDED:
        return "succeeded"
    if campaign.status in (CampaignStatus.FAILED, CampaignStatus.CANCELLED):
        return "failed"
    following = 0 if current is None else current + 1
    if following >= len(thresholds):
        return "top"
    gap = thresholds[following] - count
    is_almost = gap <= ALMOST_PIECES or gap * 100 <= thresholds[following] * ALMOST_PERCENT
    return "almost" if is_almost else "open"


def places_left(campaign: Campaign) -> tuple[int, str]:
    """What runs out first, and its basis: people where they are capped, pieces otherwise. 0 once it is over."""
    if campaign.status not in (CampaignStatus.OPEN, CampaignStatus.SCHEDULED):
        return 0, Basis.PIECES
    pieces = sum(pieces_left(offer) for offer in campaign.skus.all())
    if campaign.max_participants is None:
        return pieces, Basis.PIECES
    people = campaign.max_participants - campaign.progress.places_taken
    return (people, Basis.PARTICIPANTS) if people <= pieces else (pieces, Basis.PIECES)


def pieces_left(offer: CampaignSku) -> int:
    """How many pieces of one SKU nobody has taken yet."""
    return offer.quantity if offer.allotment is None else offer.allotment.free
