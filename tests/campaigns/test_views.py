"""C15: what neighbours see of a campaign: the ladder, how far it is, what is left, and nobody's full name."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.errors import NoSuchCampaign
from campaigns.models import Campaign
from campaigns.selectors.hall import hall, nearest_to_next_tier, of_merchant
from campaigns.selectors.views import campaign_view, get_public, neighbours
from campaigns.services.cancelling import cancel
from campaigns.services.settling import settle
from catalog.selectors.categories import with_descendants
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_draft, make_open
from tests.factories.catalog import make_category, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("paid", "states", "to_next", "next_fen", "current_fen", "state"),
    [
        (0, ["next", "locked", "locked"], 3, 2990, 2990, "almost"),
        (2, ["next", "locked", "locked"], 1, 2990, 2990, "almost"),
        (3, ["current", "next", "locked"], 2, 2690, 2990, "almost"),
        (5, ["reached", "current", "next"], 5, 2390, 2690, "open"),
        (10, ["reached", "reached", "current"], None, None, 2390, "top"),
        (12, ["reached", "reached", "current"], None, None, 2390, "top"),
    ],
)
def test_the_ladder_says_how_many_are_missing(
    paid: int,
    states: list[str],
    to_next: int | None,
    next_fen: int | None,
    current_fen: int,
    state: str,
    now: dt.datetime,
) -> None:
    """C15: 还差 N 件降到 ¥x."""
    campaign = make_open(now=now)
    if paid:
        join_and_pay(make_user(name="Alice"), campaign, paid, now=now)
    ladder = campaign_view(campaign.code, now=now).card.ladder
    assert [step.state for step in ladder.steps] == states
    assert [(step.threshold, step.price_fen) for step in ladder.steps] == [(3, 2990), (5, 2690), (10, 2390)]
    assert (ladder.count, ladder.to_next, ladder.next_price_fen) == (paid, to_next, next_fen)
    assert (ladder.current_price_fen, ladder.state, ladder.unit) == (current_fen, state, "箱")


def test_what_is_left_is_pieces_or_people(now: dt.datetime) -> None:
    """C1: a reserved piece is taken; where people are capped the smaller number counts."""
    plain, capped = make_open(now=now), make_open(now=now, max_participants=4)
    for campaign in (plain, capped):
        join_as(make_user(name="Alice"), campaign, 2, now=now)
    assert campaign_view(plain.code, now=now).card.places_left == 48
    assert campaign_view(capped.code, now=now).card.places_left == 3


def test_a_frozen_campaign_shows_its_final_step(now: dt.datetime) -> None:
    """C15: succeeded at five; and a missed one says so; neither has a place left."""
    made_it, missed = make_open(now=now), make_open(now=now)
    fill(made_it, 5, now=now)
    fill(missed, 2, now=now)
    for campaign in (made_it, missed):
        settle(campaign_id=campaign.pk, now=now + DAY)
    views = [campaign_view(campaign.code, now=now + DAY).card for campaign in (made_it, missed)]
    assert [(card.status, card.ladder.state, card.ladder.count, card.places_left) for card in views] == [
        ("succeeded", "succeeded", 5, 0),
        ("failed", "failed", 2, 0),
    ]
    assert views[0].ladder.current_price_fen == 2690


def test_alice_sees_what_is_hers(now: dt.datetime) -> None:
    """C15: her pieces and live orders; a stranger sees none."""
    campaign = make_open(now=now, early_bird_orders=3, early_bird_price_fen=1990)
    alice = make_user(name="Alice")
    order = join_as(alice, campaign, 2, now=now)
    mine, nobodys = campaign_view(campaign.code, viewer=alice, now=now), campaign_view(campaign.code, now=now)
    assert (mine.my_pieces, mine.my_orders) == (2, (order.number,))
    assert (nobodys.my_pieces, nobodys.my_orders) == (0, ())
    assert (mine.early_bird_open, mine.early_birds_left) == (True, 2)
    assert [(sku.early_bird_price_fen, sku.left) for sku in mine.skus] == [(1990, 48)]


def test_neighbours_are_shown_masked_and_only_when_they_paid(now: dt.datetime) -> None:
    """Reliability 23: no full name, no phone number."""
    campaign = make_open(now=now)
    alice = make_user(name="张小美")
    join_and_pay(alice, campaign, 2, now=now)
    join_as(alice, campaign, 1, now=now)
    join_as(make_user(name="李大力"), campaign, now=now)
    assert [(person.shown_name, person.pieces, person.is_me) for person in neighbours(campaign, viewer=alice)] == [
        ("张**", 2, True)
    ]
    assert not neighbours(campaign)[0].is_me


def test_a_draft_is_nobodys_business(now: dt.datetime) -> None:
    """C12."""
    draft = make_draft(now=now)
    for way in (lambda: get_public(draft.code), lambda: campaign_view(draft.code, now=now)):
        with pytest.raises(NoSuchCampaign):
            way()
    with pytest.raises(NoSuchCampaign):
        campaign_view("NOTHING", now=now)
    assert hall() == []


def test_a_cancelled_one_stays_visible_to_those_who_joined(now: dt.datetime) -> None:
    """Rule 18."""
    campaign = make_open(now=now)
    order = fill(campaign, 1, now=now)[0]
    cancel(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, reason="霜冻", now=now)
    settle(campaign_id=campaign.pk, now=now)
    assert campaign_view(campaign.code, viewer=order.buyer, now=now).campaign.cancel_note == "霜冻"
    for stranger in (None, make_user(name="Bob")):
        with pytest.raises(NoSuchCampaign):
            campaign_view(campaign.code, viewer=stranger, now=now)


def codes(**wanted: Any) -> list[str]:
    return [card.code for card in hall(**wanted)]


def test_the_hall_sorts_searches_and_pages(now: dt.datetime) -> None:
    """C15: ending first, hottest, newest; by title; by category with its children; a page at a time."""
    merchant = make_merchant(now=now)
    fruit, meat = make_category("水果"), make_category("肉")
    melon_sku = make_sku(merchant, name="瓜", category_id=make_category("瓜", parent=fruit).pk)
    late = make_open(merchant, now=now, title="苹果", closes_at=now + 3 * DAY)
    soon = make_open(merchant, now=now + HOUR, title="西瓜", skus=[melon_sku], closes_at=now + DAY)
    hot = make_open(merchant, now=now, title="梨", closes_at=now + 2 * DAY)
    fill(hot, 2, now=now)
    assert codes() == [soon.code, hot.code, late.code]
    assert codes(sort="hottest")[0] == hot.code
    assert codes(sort="newest")[0] == soon.code
    assert codes(sort="nonsense") == codes()
    assert codes(search=" 瓜 ") == [soon.code]
    assert codes(search="%") == []
    assert codes(category_ids=with_descendants(fruit)) == [soon.code]
    assert codes(category_ids=[meat.pk]) == []
    assert codes(offset=1, limit=1) == [hot.code]
    settle(campaign_id=soon.pk, now=now + DAY)
    assert (codes(shown="ended"), codes(shown="soon")) == ([soon.code], [])
    assert [card.code for card in nearest_to_next_tier()] == [hot.code]


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_no_page_asks_more_for_more_campaigns(now: dt.datetime) -> None:
    """Reliability 17: the hall, a merchant's list and one campaign: as many queries for one as for five."""
    merchant = make_merchant(now=now)
    skus = [make_sku(merchant, stock=1000) for _ in range(3)]
    small = make_open(merchant, now=now, skus=skus[:1])
    one = queries_of(hall)
    mine = queries_of(lambda: list(of_merchant(merchant.pk)))
    campaign_view(small.code, now=now)
    page = queries_of(lambda: campaign_view(small.code, now=now))
    for _more in range(4):
        big = make_open(merchant, now=now, skus=skus)
        fill(big, 1, now=now)
    assert queries_of(hall) == one <= 10
    assert queries_of(lambda: list(of_merchant(merchant.pk))) == mine <= 10
    campaign_view(big.code, now=now)
    assert queries_of(lambda: campaign_view(big.code, now=now)) == page
    assert queries_of(lambda: neighbours(big)) == 1
    assert Campaign.objects.count() == 5
