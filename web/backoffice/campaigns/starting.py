"""What the forms of a campaign start from: a saved plan, or a guess that is mostly right."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from campaigns.plans import Plan
from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from web.backoffice.campaigns.forms import TYPED_AS_THEY_ARE, OfferForm


def initial_of(plan: Plan) -> dict[str, Any]:
    """A plan as the plain fields and thresholds show it."""
    fields = {name: getattr(plan, name) for name in TYPED_AS_THEY_ARE}
    return fields | {f"threshold{step}": threshold for step, threshold in enumerate(plan.thresholds)}


def fresh(now: dt.datetime) -> dict[str, Any]:
    """What a new campaign starts from: opens in an hour, for two days."""
    opens_at = (now + dt.timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    return {
        "basis": Basis.PIECES,
        "opens_at": opens_at,
        "closes_at": opens_at + dt.timedelta(days=2),
        "payment_minutes": 15,
        "leaving_allowed": True,
        "settle_when_full": True,
        "when_missed": WhenMissed.REFUND,
    }


def offers_of(plan: Plan, skus: Sequence[Sku]) -> list[OfferForm]:
    """The columns of a plan."""
    by_code = {sku.code: sku for sku in skus}
    return [
        OfferForm(
            prefix=f"offer{number}",
            sku=by_code[offer.sku],
            initial={
                "code": offer.sku,
                "quantity": offer.quantity,
                "early_bird_price_fen": offer.early_bird_price_fen,
            }
            | {f"price{step}": price_fen for step, price_fen in enumerate(offer.prices_fen)},
        )
        for number, offer in enumerate(plan.skus)
        if offer.sku in by_code
    ]


def fresh_offers(skus: Iterable[Sku], *, after: int = 0) -> list[OfferForm]:
    """Empty columns for SKUs that were just chosen, with all of their stock."""
    return [
        OfferForm(
            prefix=f"offer{number}",
            sku=sku,
            initial={"code": sku.code, "quantity": max(sku.stock.available, 0) or None},
        )
        for number, sku in enumerate(skus, start=after)
    ]
