"""What nonsense may do: be refused clearly, and change nothing."""

from typing import Any

from campaigns.models import Campaign, CampaignProgress
from catalog.models import Allotment, Product, StockMovement
from common.models import IdempotencyKey
from orders.models import Order, PickupPoint
from payments.models import Payment
from tests.web.api.conftest import PROBLEM


def state() -> list[Any]:
    """Everything a bad request could have touched."""
    return [
        Order.objects.count(),
        Payment.objects.count(),
        StockMovement.objects.count(),
        Campaign.objects.count(),
        Product.objects.count(),
        PickupPoint.objects.count(),
        IdempotencyKey.objects.count(),
        list(Allotment.objects.values_list("reserved", "sold")),
        list(CampaignProgress.objects.values_list("places_taken", "early_birds")),
    ]


def refuse(answer: Any) -> dict[str, Any]:
    """Assert a clear 4xx."""
    assert 400 <= answer.status_code < 500, answer.content.decode()[:400]
    assert answer.headers["Content-Type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["detail"]
    return problem
