"""Between the form and the plan: what was typed becomes a Plan, what is refused goes back to its field."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.plans import Plan, SkuPlan
from common.errors import Refusal
from web.backoffice.campaigns.forms import TYPED_AS_THEY_ARE, CampaignForm, OfferForm

OF_AN_OFFER = re.compile(r"skus\.(\d+)\.(\w+)")
USUAL_MINUTES = 15


def are_valid(form: CampaignForm, offers: Sequence[OfferForm]) -> bool:
    """Whether the forms make a plan as far as they can tell; what a plan must be is the service's business."""
    fine = all([form.is_valid(), *(offer.is_valid() for offer in offers)])
    for offer in offers:
        offer.check_steps(form)
    if not offers:
        form.add_error(None, _("至少选一个商品"))
    return fine and not form.errors and not any(offer.errors for offer in offers)


def plan_of(form: CampaignForm, offers: Sequence[OfferForm]) -> Plan:
    """The plan that valid forms describe."""
    data = {name: form.cleaned_data[name] for name in TYPED_AS_THEY_ARE}
    thresholds = [form.cleaned_data[f"threshold{step}"] for step in form.steps]
    data["minimum"] = data["minimum"] if data["minimum"] is not None else min(thresholds, default=1)
    data["payment_minutes"] = USUAL_MINUTES if data["payment_minutes"] is None else data["payment_minutes"]
    data["freight_fen"] = data["freight_fen"] or 0
    return Plan(thresholds=thresholds, skus=[_offer(offer, form.steps) for offer in offers], **data)


def _offer(offer: OfferForm, steps: Sequence[int]) -> SkuPlan:
    data = offer.cleaned_data
    return SkuPlan(
        sku=data["code"],
        quantity=data["quantity"],
        prices_fen=[data[f"price{step}"] for step in steps],
        early_bird_price_fen=data["early_bird_price_fen"],
    )


def refuse(form: CampaignForm, offers: Sequence[OfferForm], refusal: Refusal) -> None:
    """Say a refusal in the very cell it is about."""
    field = str(refusal.params.get("field", ""))
    part = OF_AN_OFFER.fullmatch(field)
    if part and int(part[1]) < len(offers):
        offer = offers[int(part[1])]
        name = _not_falling(offer, form.steps) if part[2] == "prices_fen" else part[2]
        offer.add_error(name if name in offer.fields else None, str(refusal))
    elif field == "thresholds":
        form.add_error(_not_rising(form), str(refusal))
    else:
        form.refuse(refusal)


def _not_falling(offer: OfferForm, steps: Sequence[int]) -> str:
    """The first price that is nothing, or not below the one before it; the first of all otherwise."""
    before = None
    for step in steps:
        price = offer.cleaned_data[f"price{step}"]
        if price <= 0 or (before is not None and price >= before):
            return f"price{step}"
        before = price
    return f"price{steps[0]}"


def _not_rising(form: CampaignForm) -> str:
    """The first threshold that is not above the one before it; where there are too few, the first empty one."""
    before = 0
    for step in form.steps:
        threshold = form.cleaned_data[f"threshold{step}"]
        if threshold <= before:
            return f"threshold{step}"
        before = threshold
    return f"threshold{min(len(form.steps), 5)}"
