"""The sheet a campaign is written on: one form, a column for each SKU, and what they come to."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.forms import BoundField
from django.http import HttpRequest, QueryDict

from campaigns.models import Campaign
from campaigns.plans import Plan
from campaigns.services.drafting import plan_of as plan_of_campaign
from catalog.models import Sku
from common.errors import Refusal
from orders.models import PickupPoint
from orders.selectors.pickup import points_of
from web.backoffice.access import Shop
from web.backoffice.campaigns import planning, preview, skus
from web.backoffice.campaigns.forms import STEPS, CampaignForm, OfferForm, typed
from web.backoffice.campaigns.starting import fresh, fresh_offers, initial_of, offers_of

MOST_OFFERS = 50


@dataclass(frozen=True)
class Sheet:
    """The forms of one campaign, the SKUs that could still be added, and the plan as it was saved, if it was."""

    form: CampaignForm
    offers: list[OfferForm]
    others: list[Sku]
    saved: Plan | None = None

    def is_valid(self) -> bool:
        return planning.are_valid(self.form, self.offers)

    def plan(self) -> Plan:
        return planning.plan_of(self.form, self.offers)

    def refuse(self, refusal: Refusal) -> None:
        planning.refuse(self.form, self.offers, refusal)

    @property
    def is_wrong(self) -> bool:
        """Whether something has been found wrong."""
        return self.form.is_bound and bool(self.form.errors or any(offer.errors for offer in self.offers))

    @property
    def rows(self) -> list[tuple[int, BoundField, list[BoundField]]]:
        """The matrix: number of the step, its threshold, a price for each SKU."""
        return [
            (step + 1, self.form[f"threshold{step}"], [offer.prices[step] for offer in self.offers]) for step in STEPS
        ]

    def preview(self, *, now: dt.datetime) -> preview.Preview | None:
        """What it comes to, as soon as it makes sense."""
        if not self.offers:
            return None
        if not self.form.is_bound:
            plan = self.saved
            return preview.preview(plan, self.offers[0].sku, suppose=None, now=now) if plan else None
        if self.is_wrong or not self.is_valid():
            return None
        suppose = self.form.cleaned_data["suppose"]
        return preview.preview(self.plan(), self.offers[0].sku, suppose=suppose, now=now)


def read(request: HttpRequest, shop: Shop, campaign: Campaign | None, *, now: dt.datetime) -> Sheet:
    """The sheet as posted, as it was saved, or fresh for the SKUs the address names."""
    points = points_of(shop.merchant).filter(is_active=True)
    saved = plan_of_campaign(campaign) if campaign else None
    if request.method == "POST":
        form, offers = _posted(request.POST, shop, points)
    elif saved:
        form = CampaignForm(points=points, initial=initial_of(saved))
        offers = offers_of(saved, skus.named(shop.merchant, [offer.sku for offer in saved.skus]))
    else:
        chosen = skus.named(shop.merchant, request.GET.getlist("sku")[:MOST_OFFERS])
        title = chosen[0].product.name if chosen else ""
        form = CampaignForm(points=points, initial=fresh(now) | {"title": title[:60]})
        offers = fresh_offers(chosen)
    return Sheet(form, offers, _others(shop, offers), saved)


def _posted(data: QueryDict, shop: Shop, points: Iterable[PickupPoint]) -> tuple[CampaignForm, list[OfferForm]]:
    """What was typed. Where a column comes or goes, it is shown again without being judged yet."""
    codes = {number: data.get(f"offer{number}-code", "") for number in range(MOST_OFFERS)}
    kept = {number: code for number, code in codes.items() if code and f"offer{number}-gone" not in data}
    found = {sku.code: sku for sku in skus.named(shop.merchant, [*kept.values(), data.get("another", "")])}
    form = CampaignForm(data, points=points)
    offers = [OfferForm(data, prefix=f"offer{at}", sku=found[code]) for at, code in kept.items() if code in found]
    if "save" in data or "preview" in data:
        return form, offers
    form = CampaignForm(points=points, initial=typed(form))
    offers = [OfferForm(prefix=offer.prefix, sku=offer.sku, initial=typed(offer)) for offer in offers]
    extra = found.get(data.get("another", ""))
    if extra is not None and extra.code not in kept.values():
        offers += fresh_offers([extra], after=max(kept, default=-1) + 1)
    return form, offers


def _others(shop: Shop, offers: Sequence[OfferForm]) -> list[Sku]:
    taken = [offer.sku.pk for offer in offers]
    return list(skus.on_sale(shop.merchant).exclude(pk__in=taken)[: skus.MOST_LISTED])
