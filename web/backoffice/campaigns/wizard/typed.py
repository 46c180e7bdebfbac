"""What was typed, as forms send it and sketches keep it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from campaigns.plans import Plan
from web.backoffice.campaigns.wizard.steps import GOODS, HANDOVER, LADDER, RULES
from web.fields import typed_yuan

MOMENT = "%Y-%m-%dT%H:%M"
LONGEST = 6_000
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "idempotency_key", "to", "preview", "find", "suppose", "q"})

Typed = dict[str, list[str]]


def typed_in(posted: QueryDict) -> Typed:
    """The fields of a posted form without its buttons."""
    return {name: [value[:LONGEST] for value in values] for name, values in posted.lists() if name not in NOT_TYPED}


def as_posted(typed: Mapping[str, Sequence[str]]) -> QueryDict:
    """Kept fields as a form reads them."""
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, list(values))
    return data


def typed_of(plan: Plan) -> dict[str, Typed]:
    """A saved plan as somebody would have typed it."""
    return {
        GOODS: _typed(title=plan.title, description=plan.description)
        | {"sku": [offer.sku for offer in plan.skus]}
        | {f"{offer.sku}-quantity": [str(offer.quantity)] for offer in plan.skus},
        LADDER: _typed(basis=plan.basis, minimum=plan.minimum) | _prices(plan),
        RULES: _rules(plan),
        HANDOVER: _typed(
            delivers=plan.delivers,
            freight_fen=typed_yuan(plan.freight_fen),
            free_freight_from_fen=typed_yuan(plan.free_freight_from_fen),
            fulfilment_note=plan.fulfilment_note,
        )
        | {"pickup_points": list(plan.pickup_points)},
    }


def _prices(plan: Plan) -> Typed:
    thresholds = {f"threshold{tier}": [str(value)] for tier, value in enumerate(plan.thresholds)}
    return thresholds | {
        f"{offer.sku}-price{tier}": [typed_yuan(price_fen)]
        for offer in plan.skus
        for tier, price_fen in enumerate(offer.prices_fen)
    }


def _rules(plan: Plan) -> Typed:
    names = ("opens_at", "closes_at", "limit_per_person", "max_participants", "payment_minutes", "early_bird_orders")
    more = (
        "head_start_minutes",
        "early_bird_until",
        "leaving_allowed",
        "settle_when_full",
        "when_missed",
        "extend_hours",
    )
    early = {
        f"{offer.sku}-early_bird_price_fen": [typed_yuan(offer.early_bird_price_fen)]
        for offer in plan.skus
        if offer.early_bird_price_fen is not None
    }
    return _typed(**{name: getattr(plan, name) for name in (*names, *more)}) | early


def _typed(**values: Any) -> Typed:
    return {name: [_written(value)] for name, value in values.items() if value not in (None, False)}


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime(MOMENT)
    return "on" if value is True else str(value)
