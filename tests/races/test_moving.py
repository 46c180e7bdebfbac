"""Somebody chooses another pick-up point in the instant the campaign closes."""

from typing import Any

import pytest
from django.db.models import QuerySet

from campaigns.errors import CannotMove
from campaigns.models import Campaign
from campaigns.services import moving
from campaigns.services.moving import move_point
from campaigns.services.settling import close
from campaigns.states import CloseReason
from orders.models import Order
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_and_pay, make_open, make_point
from tests.parallel import Meeting, at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]


def move_while_it_closes(monkeypatch: pytest.MonkeyPatch, looked: Meeting, closed: Meeting) -> tuple[str, str]:
    """Alice has looked that it is open, and it closes, if it can, before she writes: the point that stood when it was
    closed, and the point that stands in the end.
    """
    merchant = make_merchant()
    points = [make_point(merchant, name) for name in ("A 东门", "B 西门")]
    campaign = make_open(merchant, points=points)
    order = join_and_pay(make_user(name="Alice"), campaign, now=campaign.opens_at)
    at_point = moving.at_point

    def slowly(*args: Any) -> Any:
        looked.wait()
        closed.wait()
        return at_point(*args)

    monkeypatch.setattr(moving, "at_point", slowly)

    def work(index: int) -> Any:
        if index:
            return move_point(buyer=order.buyer, order=order, point_code=points[1].code, now=campaign.opens_at)
        looked.wait()
        assert close(campaign_id=campaign.pk, reason=CloseReason.FULL, now=campaign.opens_at)
        stood = place_of(order)
        closed.wait()
        return stood

    stood, moved = at_once(2, work)
    assert isinstance(moved, Order)
    with pytest.raises(CannotMove):
        move_point(buyer=order.buyer, order=order, point_code=points[0].code, now=campaign.opens_at)
    return stood, place_of(order)


def place_of(order: Order) -> str:
    return Order.objects.values_list("pickup_point__name", flat=True).get(pk=order.pk) or ""


@pytest.mark.usefixtures("nothing_broken")
def test_where_an_order_goes_stands_once_its_campaign_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """K2: closing waits for Alice, who was quicker; what the merchant counts from then on is what stays."""
    assert move_while_it_closes(monkeypatch, Meeting(), Meeting(patience=0.3)) == ("B 西门", "B 西门")


@pytest.mark.counter_test
def test_without_the_lock_an_order_would_move_after_the_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: it is only looked at, and the order walks away from a campaign that has closed."""

    def look_only(campaigns: QuerySet[Campaign], campaign_id: int) -> Campaign:
        return campaigns.get(pk=campaign_id)

    monkeypatch.setattr(moving, "lock_campaign", look_only)
    assert move_while_it_closes(monkeypatch, Meeting(), Meeting()) == ("A 东门", "B 西门")
