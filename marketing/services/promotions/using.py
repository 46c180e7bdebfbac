"""Which orders used which steps of promotions."""

import datetime as dt
from collections.abc import Sequence

from marketing.models import PromotionStep, PromotionUse
from orders.contributions import Claim, GivenBack
from orders.models import Order


def write_down(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    """That an order was placed with these steps."""
    steps = PromotionStep.objects.filter(pk__in=[int(claim.key) for claim in claims])
    PromotionUse.objects.bulk_create(
        PromotionUse(order=order, promotion_id=step.promotion_id, step=step) for step in steps
    )


def stay_known(given: Sequence[GivenBack], now: dt.datetime) -> None:
    """That it was used stays known; whoever counts looks at what became of the order."""
