"""A campaign's page: the ladder as its hero, what it costs and why, who joined, the rules."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.selectors.cards import card as card_of
from campaigns.selectors.views import CampaignView, campaign_view, get_public, neighbours, price_now_fen
from campaigns.states import CampaignStatus
from catalog.models import ProductImage
from community.selectors.member_facts import facts_of
from community.selectors.reviews import summary
from marketing.selectors.claimable import Claimable, claimable_for
from web.coupons import Ticket
from web.idempotency import new_key
from web.storefront.browsing.reminding import awaited
from web.storefront.coupons.centre import with_words
from web.storefront.promotions import said_on_page
from web.storefront.sharing.arriving import inviter_of
from web.storefront.sharing.words import gap_sentence, link_address
from web.templatetags.ladders import fingerprint
from web.visits import seen

NOTHING_NEW = 204
STOP_POLLING = 286


def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """For everybody; drafts are not there, cancelled ones only for who joined."""
    viewer = request.user if isinstance(request.user, User) else None
    now = timezone.now()
    view = campaign_view(code, viewer=viewer, now=now)
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
        "inviter": inviter_of(request, code),
        "asked": view.card.status == CampaignStatus.SCHEDULED and code in awaited(request),
        "coupons": _coupons(view, viewer, now),
        "promotions": said_on_page(code, view.card.status, now),
        "key": new_key(),
        "says": gap_sentence(view.card),
        "address": link_address(request, view.card, None),
        "poster": _preview(request, view),
    }
    seen(request, campaign=view.campaign, now=now)
    return render(request, "storefront/campaign/index.html", context)


def ladder(request: HttpRequest, code: str) -> HttpResponse:
    """The staircase alone: 204 while nothing changed, 286 once it is over and need not be asked for again."""
    found = get_public(code)
    card = card_of(found)
    if request.GET.get("seen") == fingerprint(card):
        return HttpResponse(status=NOTHING_NEW)
    over = found.status not in (CampaignStatus.OPEN, CampaignStatus.SCHEDULED, CampaignStatus.CLOSING)
    context = {
        "card": card,
        "minimum": found.minimum,
        "joins_at_fen": price_now_fen(found, now=timezone.now()),
        "over": over,
        "bare": "bare" in request.GET,
        "joining": "joining" in request.GET,
        "said": "bare" not in request.GET,
    }
    return render(request, "storefront/campaign/_ladder.html", context, status=STOP_POLLING if over else 200)


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
