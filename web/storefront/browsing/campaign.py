"""A campaign's page: the ladder as its hero, what it costs and why, who joined, the rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.selectors.views import (
    CampaignView,
    campaign_view,
    is_involved,
    neighbours,
    price_now_fen,
)
from campaigns.states import CampaignStatus
from catalog.models import ProductImage
from community.selectors.member_facts import facts_of
from community.selectors.reviews import summary
from marketing.selectors.claimable import Claimable, claimable_for, has_had_one
from web.coupons import Ticket
from web.idempotency import new_key
from web.shared.pages import Look, shared_page
from web.storefront.browsing.reminding import awaited
from web.storefront.coupons.centre import with_words
from web.storefront.promotions import said_on_page
from web.storefront.sharing.arriving import inviter_of
from web.storefront.sharing.words import gap_sentence, link_address
from web.visits import seen

TEMPLATE = "storefront/campaign/index.html"


@dataclass(frozen=True)
class Face:
    """What is known of a campaign when its page comes from the cache.

    `sku_id` is the first SKU where members pay less for it, `coupon_ids` are the coupons that may be taken here.
    """

    pk: int
    merchant_id: int
    sku_id: int | None
    coupon_ids: tuple[int, ...]


def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """For everybody; drafts are not there, cancelled ones only for who joined.

    Who has something of their own in it gets a page of their own: it is never kept, and as new as can be.
    """
    viewer, now = request.user if isinstance(request.user, User) else None, timezone.now()
    if viewer is not None and is_involved(code, viewer):
        return _own_page(request, code, now)
    shared = shared_page(request, TEMPLATE, lambda anybody: _look(anybody, code, timezone.now()))
    if viewer is not None and _has_own(viewer, shared.facts):
        return _own_page(request, code, now)
    seen(request, campaign=shared.facts, now=now)
    return shared.for_visitor(request, {"inviter": inviter_of(request, code)})


def _own_page(request: HttpRequest, code: str, now: dt.datetime) -> HttpResponse:
    shown = _look(request, code, now)
    seen(request, campaign=shown.facts, now=now)
    return render(request, TEMPLATE, shown.context | {"inviter": inviter_of(request, code)})


def _has_own(viewer: User, face: Face) -> bool:
    """Whether coupons or a member price look different to this person than to everybody."""
    if face.coupon_ids and has_had_one(viewer, face.coupon_ids):
        return True
    return face.sku_id is not None and face.sku_id in facts_of(viewer.pk, [face.sku_id]).prices


def _look(request: HttpRequest, code: str, now: dt.datetime) -> Look:
    viewer = request.user if isinstance(request.user, User) else None
    view = campaign_view(code, viewer=viewer, now=now)
    coupons = _coupons(view, viewer, now)
    context = {
        "tab": "hall",
        "view": view,
        "card": view.card,
        "campaign": view.campaign,
        "minimum": view.campaign.minimum,
        "joins_at_fen": price_now_fen(view.campaign, now=now),
        "joining": _may_join(view, now),
        **_as_member(view, viewer),
        "pictures": pictures_of(view),
        "neighbours": neighbours(view.campaign, viewer=viewer),
        "products": list({sku.product_code: sku for sku in view.skus}.values()),
        "review_summary": summary([offer.sku.product_id for offer in view.campaign.skus.all()]),
        "asked": view.card.status == CampaignStatus.SCHEDULED and code in awaited(request),
        "coupons": coupons,
        "promotions": said_on_page(code, view.card.status, now),
        "key": new_key(),
        "says": gap_sentence(view.card),
        "address": link_address(request, view.card, None),
        "poster": _preview(request, view),
    }
    return Look(context, _face(view, coupons))


def _face(view: CampaignView, coupons: Sequence[tuple[Claimable, Ticket]]) -> Face:
    first = view.campaign.skus.all()[0]
    return Face(
        pk=view.campaign.pk,
        merchant_id=view.campaign.merchant_id,
        sku_id=None if view.card.member_price_fen is None else first.sku_id,
        coupon_ids=tuple(one.template.pk for one, _ticket in coupons),
    )


def pictures_of(view: CampaignView) -> list[ProductImage]:
    """Every picture of what is on offer, once."""
    offers = view.campaign.skus.all()
    return list({image.pk: image for offer in offers for image in offer.sku.product.images.all()}.values())


def _coupons(view: CampaignView, viewer: User | None, now: dt.datetime) -> list[tuple[Claimable, Ticket]]:
    """Coupons that may be taken for this campaign, while it can be joined or soon will be."""
    if view.card.status not in (CampaignStatus.OPEN, CampaignStatus.SCHEDULED):
        return []
    return with_words(claimable_for(view.campaign, viewer, now=now))


def _may_join(view: CampaignView, now: dt.datetime) -> bool:
    """Whether the button of the page is the one that says what joining costs."""
    card = view.card
    is_open = card.status == CampaignStatus.OPEN and card.closes_at > now
    return is_open and card.places_left > 0 and not view.my_pieces


def _as_member(view: CampaignView, viewer: User | None) -> dict[str, Any]:
    """What the first SKU costs me as a member, where that is less than the ladder asks."""
    if viewer is None or view.card.member_price_fen is None:
        return {}
    sku = view.campaign.skus.all()[0]
    facts = facts_of(viewer.pk, [sku.sku_id])
    price_fen = facts.prices.get(sku.sku_id)
    if price_fen is None or price_fen >= view.card.ladder.current_price_fen or view.early_bird_open:
        return {}
    return {"my_price_fen": price_fen, "my_tier": _(facts.tier)}


def _preview(request: HttpRequest, view: CampaignView) -> str:
    """The picture chat apps show beside a link: the poster, of public campaigns only."""
    if view.card.status == CampaignStatus.CANCELLED:
        return ""
    return request.build_absolute_uri(reverse("storefront:poster", args=[view.card.code]))
