"""I4: what is looked at before an order: just below the threshold nothing is said, at it somebody looks or nobody may.

Each detector is a table of cases; what must not happen (an event, a refusal, a case about a family) stands beside it.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.services.addresses import add_address
from campaigns.models import Campaign
from campaigns.services.joining import join, quote
from campaigns.services.leaving import withdraw
from common import events
from common.models import OutboxEvent
from orders.errors import PlacingDenied
from orders.models import Order
from orders.quotes import FulfilmentChoice, read_token
from orders.services.ending import expire_due
from risk.models import RiskCase
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import choice_of, fill, join_and_pay, join_as, lines_of, make_open, make_point
from tests.factories.risk import DOOR, delivered, neighbours_at, seen, set_detector

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
TABLET = "t" * 32


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice", now=NOON - 400 * DAY)


@pytest.fixture
def campaign() -> Campaign:
    return make_open(now=NOON)


def flags_of(buyer: User, campaign: Campaign, *, now: dt.datetime = NOON, **choices: Any) -> list[str]:
    """What the checks say of an order of one piece."""
    asked: dict[str, Any] = {"lines": lines_of(campaign), "fulfilment": choice_of(campaign)} | choices
    return [flag.check for flag in quote(buyer=buyer, code=campaign.code, now=now, **asked).flags]


def flagged_events() -> list[dict[str, Any]]:
    """The payloads of what was published about flagged orders."""
    found = OutboxEvent.objects.filter(name="orders.PlacingFlagged").order_by("pk")
    return list(found.values_list("payload", flat=True))


@pytest.mark.parametrize(("placed", "minutes_ago", "said"), [(2, 1, []), (3, 1, ["velocity"]), (3, 10, [])])
def test_many_orders_in_a_short_time_are_flagged(
    alice: User, campaign: Campaign, placed: int, minutes_ago: int, said: list[str]
) -> None:
    """I4: three orders within ten minutes are usual here; the fourth is looked at, and goes its way."""
    set_detector("velocity", orders=3, minutes=10)
    for _each in range(placed):
        join_as(alice, campaign, now=NOON)
    later = NOON + minutes_ago * MINUTE
    assert flags_of(alice, campaign, now=later) == said
    assert flags_of(make_user(name="Bob"), campaign, now=later) == []


@pytest.mark.parametrize(("expired", "hours_later", "is_denied"), [(1, 1, False), (2, 1, True), (2, 25, False)])
def test_who_lets_order_after_order_run_out_may_place_none_for_a_day(
    alice: User, expired: int, hours_later: int, is_denied: bool
) -> None:
    """I4: the pieces are for neighbours who pay. Time heals it, and until then there is somebody to talk to."""
    set_detector("unpaid_orders", expired=2, hours=24)
    campaign = make_open(now=NOON, closes_at=NOON + 3 * DAY)
    for _each in range(expired):
        join_as(alice, campaign, now=NOON)
    expire_due(now=NOON + 30 * MINUTE)
    later = NOON + dt.timedelta(hours=hours_later)
    if not is_denied:
        assert flags_of(alice, campaign, now=later) == []
        return
    with pytest.raises(PlacingDenied) as refusal:
        join_as(alice, campaign, now=later)
    assert "客服" in str(refusal.value)
    assert not any(word in str(refusal.value) for word in ("付款", "过期", "24", "2 "))
    assert Order.objects.filter(buyer=alice).count() == expired
    assert flagged_events() == []


def test_what_a_buyer_cancels_counts_against_nobody(alice: User, campaign: Campaign) -> None:
    """Whoever thinks better of it gives the pieces back at once."""
    set_detector("unpaid_orders", expired=2)
    for _each in range(3):
        withdraw(buyer=alice, order=join_and_pay(alice, campaign, now=NOON), now=NOON)
    assert flags_of(alice, campaign) == []


@pytest.mark.parametrize(("accounts", "said"), [(4, []), (5, []), (6, ["shared_device"])])
def test_a_family_shares_a_tablet_and_a_business_is_seen(
    alice: User, campaign: Campaign, accounts: int, said: list[str]
) -> None:
    """I4: up to five accounts on one device say nothing."""
    neighbours_at(TABLET, accounts - 1, now=NOON)
    seen(alice, TABLET, now=NOON)
    assert flags_of(alice, campaign) == said


@pytest.mark.parametrize("ip", ["203.0.113.7", "2001:db8::7"])
def test_neighbours_on_one_line_are_neighbours(alice: User, campaign: Campaign, ip: str) -> None:
    """A whole staircase behind one address, each with a phone of their own, or none that we know."""
    for index in range(12):
        seen(make_user(now=NOON), f"{index:032d}" if index % 2 else "", ip, now=NOON)
    seen(alice, "a" * 32, ip, now=NOON)
    assert flags_of(alice, campaign) == []


def test_who_used_a_device_long_ago_uses_it_no_more(alice: User, campaign: Campaign) -> None:
    neighbours_at(TABLET, 9, now=NOON - 31 * DAY)
    seen(alice, TABLET, now=NOON)
    assert flags_of(alice, campaign) == []


@pytest.mark.parametrize(("accounts", "said"), [(6, []), (7, ["shared_address"])])
def test_many_accounts_behind_one_door_are_seen_when_something_is_delivered(
    alice: User, accounts: int, said: list[str]
) -> None:
    """I4: a large family is six; what is fetched at a pick-up point says nothing about doors."""
    campaign = make_open(now=NOON, delivers=True)
    for index in range(accounts - 1):
        delivered(make_user(), DOOR if index % 2 else f" {DOOR}，", now=NOON)
    delivered(alice, now=NOON)
    home = add_address(user=alice, name="王晓雨", phone="13812345678", region_code="330106", detail=DOOR)
    assert flags_of(alice, campaign, fulfilment=FulfilmentChoice(address=home.code)) == said
    assert flags_of(alice, campaign) == []


@pytest.fixture
def lena() -> User:
    return make_user(name="Lena", now=NOON - 400 * DAY)


def led_by(lena: User, **changes: Any) -> Campaign:
    """A campaign to be fetched at Lena's: from 3 pieces on one price, from 5 and from 10 a lower one."""
    merchant = make_merchant(now=NOON)
    return make_open(merchant, now=NOON, points=[make_point(merchant, leader=lena)], **changes)


@pytest.mark.parametrize(
    ("gave_back", "pieces", "said"), [(0, 2, []), (1, 1, []), (1, 2, ["tier_lift"]), (1, 7, ["tier_lift"])]
)
def test_a_leader_who_gave_back_before_lifts_no_tier_unseen(
    lena: User, gave_back: int, pieces: int, said: list[str]
) -> None:
    """I4: three pieces are paid, the next step is five. An honest leader buys as much as she likes."""
    for _each in range(gave_back):
        before = led_by(lena)
        withdraw(buyer=lena, order=join_and_pay(lena, before, now=NOON), now=NOON)
    campaign = led_by(lena)
    fill(campaign, 3, now=NOON)
    assert flags_of(lena, campaign, lines=lines_of(campaign, pieces)) == said


def test_where_people_count_a_leader_is_one_of_them(lena: User) -> None:
    """Seven pieces are one participant: three and one are no five."""
    withdraw(buyer=lena, order=join_and_pay(lena, led_by(lena), now=NOON), now=NOON)
    campaign = led_by(lena, basis="participants")
    fill(campaign, 3, now=NOON)
    assert flags_of(lena, campaign, lines=lines_of(campaign, 7)) == []


def test_a_neighbour_who_gave_back_is_no_leader(alice: User, lena: User) -> None:
    withdraw(buyer=alice, order=join_and_pay(alice, led_by(lena), now=NOON), now=NOON)
    campaign = led_by(lena)
    fill(campaign, 3, now=NOON)
    assert flags_of(alice, campaign, lines=lines_of(campaign, 2)) == []


def test_a_flagged_order_is_placed_and_told_once(alice: User, campaign: Campaign) -> None:
    """I4: one event for one order, numbers and no names in it; however often it is delivered, one case."""
    neighbours_at(TABLET, 6, now=NOON)
    seen(alice, TABLET, now=NOON)
    order = join_as(alice, campaign, now=NOON)
    assert flagged_events() == [
        {
            "order_id": order.pk,
            "check": "shared_device",
            "reason": "一台设备多个账号",
            "evidence": {"accounts": 7, "days": 30},
        }
    ]
    for _each in range(2):
        events.drain(now=NOON)
    case = RiskCase.objects.get()
    assert (case.detector, case.person, case.status) == ("shared_device", alice, "open")
    assert list(case.evidence.values_list("about", "figures")) == [
        (f"order:{order.number}", {"accounts": 7, "days": 30})
    ]


def test_a_buyer_reads_nothing_of_a_flag_in_the_quote_they_carry(alice: User, campaign: Campaign) -> None:
    """The token is signed and not secret: what was flagged travels sealed, and arrives."""
    set_detector("velocity", orders=1)
    join_as(alice, campaign, now=NOON)
    asked: dict[str, Any] = {
        "buyer": alice,
        "code": campaign.code,
        "lines": lines_of(campaign),
        "fulfilment": choice_of(campaign),
    }
    shown = quote(**asked, now=NOON)
    assert read_token(shown.token, now=NOON).flags == shown.flags
    order = join(**asked, quote_token=shown.token, now=NOON)
    assert [payload["order_id"] for payload in flagged_events()] == [order.pk]


@pytest.mark.parametrize(("is_on", "action"), [(False, "deny"), (True, "allow")])
def test_a_detector_that_is_off_says_nothing(alice: User, campaign: Campaign, is_on: bool, action: str) -> None:
    set_detector("velocity", orders=1, is_on=is_on, action=action)
    join_as(alice, campaign, now=NOON)
    assert flags_of(alice, campaign) == []


def test_an_operator_makes_a_detector_deny(alice: User, campaign: Campaign) -> None:
    """The next order already is looked at by the new numbers."""
    set_detector("velocity", orders=1, action="deny")
    join_as(alice, campaign, now=NOON)
    with pytest.raises(PlacingDenied):
        join_as(alice, campaign, now=NOON)
    assert Order.objects.filter(buyer=alice).count() == 1


def test_all_detectors_together_cost_no_query_of_their_own(alice: User, campaign: Campaign, settings: Settings) -> None:
    """What a quote asks does not grow with what is known of a buyer, nor with the number of detectors: theirs are
    columns of the question about the campaign, and how they are set is at hand."""
    settings.DEFINITION_SECONDS = 60
    wanted: dict[str, Any] = {"lines": lines_of(campaign), "fulfilment": choice_of(campaign)}

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            quote(buyer=alice, code=campaign.code, now=NOON, **wanted)
        return len(asked)

    flags_of(alice, campaign)
    assert queries() == 1
    neighbours_at(TABLET, 3, now=NOON)
    seen(alice, TABLET, now=NOON)
    for _each in range(3):
        join_as(alice, campaign, now=NOON)
    assert queries() == 1
