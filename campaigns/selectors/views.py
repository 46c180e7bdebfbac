"""One campaign in full, for its page and for the API."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, Sum

from accounts.models import User
from campaigns.errors import NoSuchCampaign
from campaigns.models import Campaign, CampaignOrder, Participant, Reminder
from campaigns.pricing import early_bird_open
from campaigns.selectors.cards import CampaignCard, Ladder, card, ladder, pieces_left, with_ladder
from campaigns.selectors.terms import terms_of
from campaigns.states import PUBLIC, CampaignStatus
from orders.models import PickupPoint
from orders.states import LIVE

MOST_NEIGHBOURS = 20


@dataclass(frozen=True)
class SkuView:
    """One SKU on offer, with its own ladder."""

    code: str
    product_code: str
    product_name: str
    specification: str
    brief: str
    description: str
    unit: str
    images: tuple[str, ...]
    regular_price_fen: int
    early_bird_price_fen: int | None
    ladder: Ladder
    left: int
    no_reason_return: bool
    return_days: int


@dataclass(frozen=True)
class Neighbour:
    """Somebody who joined, as strangers may know them."""

    shown_name: str
    pieces: int
    is_me: bool


@dataclass(frozen=True)
class CampaignView:
    """A campaign's page. `early_birds_left` is None where early birds are not counted."""

    campaign: Campaign
    card: CampaignCard
    skus: tuple[SkuView, ...]
    pickup_points: tuple[PickupPoint, ...]
    early_bird_open: bool
    early_birds_left: int | None
    my_pieces: int
    my_orders: tuple[str, ...]


def get_public(code: str) -> Campaign:
    """A campaign the public may see, ready for `card`. Raises NoSuchCampaign."""
    campaign = with_ladder(Campaign.objects.filter(code=code, status__in=PUBLIC)).first()
    if campaign is None:
        raise NoSuchCampaign
    return campaign


def is_involved(code: str, viewer: User) -> bool:
    """Whether somebody has joined this campaign, has been in it, or waits for it to open."""
    joined = Participant.objects.filter(campaign__code=code, user=viewer).values("pk")
    return joined.union(Reminder.objects.filter(campaign__code=code, user=viewer).values("pk")).exists()


def campaign_view(code: str, *, viewer: User | None = None, now: dt.datetime) -> CampaignView:
    """Everything about a public campaign, for whoever looks. Raises NoSuchCampaign.

    Cancelled ones stay visible to those who joined them.
    """
    campaign = _visible(code, viewer)
    mine = Participant.objects.filter(campaign=campaign, user=viewer).first() if viewer else None
    return CampaignView(
        campaign=campaign,
        card=card(campaign),
        skus=tuple(_sku_view(campaign, index) for index in range(len(campaign.skus.all()))),
        pickup_points=tuple(campaign.pickup_points.in_use().order_by("name")),
        early_bird_open=_early_bird_open(campaign, now=now),
        early_birds_left=_early_birds_left(campaign),
        my_pieces=mine.live_pieces if mine else 0,
        my_orders=tuple(_live_orders(campaign, viewer)) if mine else (),
    )


def _visible(code: str, viewer: User | None) -> Campaign:
    campaign = with_ladder(Campaign.objects.filter(code=code)).first()
    if campaign is None:
        raise NoSuchCampaign
    if campaign.status in PUBLIC:
        return campaign
    joined = Participant.objects.filter(campaign=campaign, user=viewer)
    if campaign.status == CampaignStatus.CANCELLED and viewer is not None and joined.exists():
        return campaign
    raise NoSuchCampaign


def _sku_view(campaign: Campaign, index: int) -> SkuView:
    offer = campaign.skus.all()[index]
    product = offer.sku.product
    return SkuView(
        code=offer.sku.code,
        product_code=product.code,
        product_name=product.name,
        specification=offer.sku.specification,
        brief=product.brief,
        description=product.description,
        unit=product.unit,
        images=tuple(image.large.url for image in product.images.all()),
        regular_price_fen=offer.sku.price_fen,
        early_bird_price_fen=offer.early_bird_price_fen,
        ladder=ladder(campaign, offer),
        left=pieces_left(offer),
        no_reason_return=product.no_reason_return,
        return_days=product.return_days,
    )


def price_now_fen(campaign: Campaign, *, now: dt.datetime) -> int:
    """What one piece of the first SKU costs whoever joins now: the ladder's price, or the early bird's where lower."""
    first = campaign.skus.all()[0]
    price_fen = ladder(campaign, first).current_price_fen
    if first.early_bird_price_fen is None or not _early_bird_open(campaign, now=now):
        return price_fen
    return min(first.early_bird_price_fen, price_fen)


def _early_bird_open(campaign: Campaign, *, now: dt.datetime) -> bool:
    if campaign.status != CampaignStatus.OPEN:
        return False
    terms = terms_of(campaign)
    return early_bird_open(terms, early_birds=campaign.progress.early_birds, now=now)


def _early_birds_left(campaign: Campaign) -> int | None:
    if campaign.early_bird_orders is None:
        return None
    return max(campaign.early_bird_orders - campaign.progress.early_birds, 0)


def _live_orders(campaign: Campaign, viewer: User | None) -> list[str]:
    mine = CampaignOrder.objects.filter(campaign=campaign, order__buyer=viewer, order__status__in=LIVE)
    return list(mine.order_by("-pk").values_list("order__number", flat=True))


def neighbours(campaign: Campaign, *, viewer: User | None = None, limit: int = MOST_NEIGHBOURS) -> list[Neighbour]:
    """Who has joined and paid, latest first, by masked name, with the pieces they paid for."""
    counted = CampaignOrder.objects.filter(
        campaign=campaign, order__buyer=OuterRef("user"), counted_at__isnull=False, left_at__isnull=True
    )
    pieces = counted.order_by().values("order__buyer").annotate(total=Sum("pieces")).values("total")
    paid = Participant.objects.filter(campaign=campaign, paid_orders__gt=0).annotate(paid_pieces=Subquery(pieces))
    return [
        Neighbour(
            shown_name=person.user.shown_name,
            pieces=person.paid_pieces,
            is_me=viewer is not None and person.user_id == viewer.pk,
        )
        for person in paid.select_related("user").order_by("-joined_at", "-pk")[:limit]
    ]
