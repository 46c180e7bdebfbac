"""Neighbours who join at the same instant: places, pieces, limits and early birds are never given twice.

Each race has its counter-test: with the guarded statement replaced by a look and a write, the harm really happens.
"""

import datetime as dt
import os
from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import issue_token
from campaigns.errors import EarlyBirdGone, Full, LimitReached
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant
from campaigns.sources import EARLY_BIRD, PERSON, PLACE
from catalog.models import Allotment
from common.invariants import check_all
from orders.contributions import Claim, LockOrder, claim_keepers
from orders.models import Order
from orders.services.ending import expire
from tests.factories.campaigns import choice_of, join_as, lines_of, make_open
from tests.guards import looking_first, replace_keeper
from tests.parallel import Meeting
from tests.races.crowd import each_another, joiner, make_another, make_stall, rush

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

# Of each of the two big races; more of them at night.
REPEATS = int(os.environ.get("RACE_REPEATS", "4"))


def violated() -> set[str]:
    return {violation.invariant for violation in check_all(include_settled=False)}


def counters(campaign: Campaign) -> tuple[int, int, int]:
    """(live orders, pieces reserved, places taken)."""
    reserved = sum(Allotment.objects.filter(purpose=f"campaign:{campaign.code}").values_list("reserved", flat=True))
    places = CampaignProgress.objects.get(pk=campaign.pk).places_taken
    return CampaignOrder.objects.filter(campaign=campaign).count(), reserved, places


@pytest.mark.usefixtures("nothing_broken")
def test_two_hundred_neighbours_race_for_ten_pieces_again_and_again(crowd: list[User]) -> None:
    """B3 C1: exactly ten orders each time, 190 clean refusals, no deadlock and nothing half done."""
    campaign = make_stall(quantity=10)
    for _repeat in range(REPEATS):
        assert rush(joiner(campaign), crowd) == {"Order": 10, "SoldOut": 190}
        assert counters(campaign) == (10, 10, 0)
        campaign = make_another(campaign, quantity=10)
    assert Order.objects.count() == 10 * REPEATS
    assert Participant.objects.count() == 10 * REPEATS


@pytest.mark.usefixtures("nothing_broken")
def test_two_hundred_neighbours_race_for_ten_places_again_and_again(crowd: list[User]) -> None:
    """C1: ten people, though there are pieces for fifty."""
    campaign = make_stall(max_participants=10)
    for _repeat in range(REPEATS):
        assert rush(joiner(campaign), crowd) == {"Order": 10, "Full": 190}
        assert counters(campaign) == (10, 10, 10)
        campaign = make_another(campaign, max_participants=10)
    assert Order.objects.count() == 10 * REPEATS


@pytest.mark.usefixtures("nothing_broken")
def test_the_same_race_over_http(crowd: list[User]) -> None:
    """B3: 200 requests, ten 201 and 190 times 409 sold_out; not one 5xx."""
    campaign = make_open(quantity=10)
    line, point = lines_of(campaign)[0], choice_of(campaign).pickup_point
    body = {"lines": [{"sku": line.sku, "quantity": 1}], "pickup_point": point}
    answers: list[tuple[int, str]] = []

    def post(token: str) -> None:
        answer = Client().post(
            f"/api/v1/campaigns/{campaign.code}/join/",
            body,
            content_type="application/json",
            headers={"Authorization": f"Token {token}", "Idempotency-Key": token[:40]},
        )
        answers.append((answer.status_code, answer.json().get("code", "")))

    tokens = [issue_token(user=person, label="race", now=timezone.now()) for person in crowd]
    assert rush(post, tokens) == {"NoneType": 200}
    assert sorted(answers) == [(201, "")] * 10 + [(409, "sold_out")] * 190
    assert counters(campaign) == (10, 10, 0)


@pytest.mark.counter_test
def test_looking_first_would_sell_pieces_twice(crowd: list[User]) -> None:
    """The counter-test of the ten pieces."""
    campaign = make_open(quantity=10)
    with looking_first():
        assert rush(joiner(campaign), crowd[:60])["Order"] > 10
    assert "allotment.journal" in violated()


@pytest.mark.counter_test
def test_looking_first_would_give_places_twice(crowd: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the ten places."""
    campaign, meeting = make_stall(skus=8, max_participants=10), Meeting()

    def look_and_write(order: Order, wanted: Sequence[Claim], now: dt.datetime) -> None:
        progress = CampaignProgress.objects.get(pk=campaign.pk)
        if progress.places_taken >= 10:
            raise Full
        meeting.wait()
        CampaignProgress.objects.filter(pk=campaign.pk).update(places_taken=progress.places_taken + 1)

    replace_keeper(monkeypatch, PLACE, look_and_write)
    assert rush(each_another(campaign), crowd[:60])["Order"] > 10
    assert "places_are_people" in violated()


@pytest.mark.usefixtures("nothing_broken")
def test_one_impatient_person_cannot_pass_the_limit(crowd: list[User]) -> None:
    """C1, rule 12: Alice sends 24 orders of two pieces at once where five pieces are hers: two go through."""
    campaign = make_open(limit_per_person=5)
    alice = crowd[0]
    assert rush(joiner(campaign, 2), [alice] * 24) == {"Order": 2, "LimitReached": 22}
    mine = Participant.objects.get(campaign=campaign, user=alice)
    assert (mine.live_pieces, mine.live_orders) == (4, 2)
    assert counters(campaign) == (2, 4, 0)


@pytest.mark.counter_test
def test_looking_first_would_pass_the_limit(crowd: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the limit: one row for each person, read and written apart."""
    campaign, meeting = make_open(limit_per_person=5), Meeting()
    Participant.objects.create(campaign=campaign, user=crowd[0], joined_at=timezone.now())

    def look_and_write(order: Order, wanted: Sequence[Claim], now: dt.datetime) -> None:
        pieces = wanted[0].quantity
        CampaignOrder.objects.create(order=order, campaign=campaign, pieces=pieces)
        mine = Participant.objects.get(campaign=campaign, user_id=order.buyer_id)
        if mine.live_pieces + pieces > 5:
            raise LimitReached(limit=5, taken=mine.live_pieces, left=5 - mine.live_pieces)
        meeting.wait()
        Participant.objects.filter(pk=mine.pk).update(live_pieces=mine.live_pieces + pieces)

    replace_keeper(monkeypatch, PERSON, look_and_write)
    assert rush(joiner(campaign, 2), [crowd[0]] * 24)["Order"] > 2
    assert "person_row_matches_orders" in violated()


@pytest.mark.usefixtures("nothing_broken")
def test_three_early_bird_slots_make_three_early_birds(crowd: list[User]) -> None:
    """Rule 5: forty race for three slots; the other 37 join at the ladder's price, nobody is turned away."""
    campaign = make_stall(skus=8, early_bird_orders=3, early_bird_price_fen=1990)
    assert rush(each_another(campaign), crowd[:40]) == {"Order": 40}
    assert CampaignOrder.objects.filter(campaign=campaign, early_bird=True).count() == 3
    assert sorted(Order.objects.values_list("payable_fen", flat=True)) == [1990] * 3 + [2990] * 37
    assert CampaignProgress.objects.get().early_birds == 3


@pytest.mark.counter_test
def test_looking_first_would_make_more_early_birds(crowd: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the slots."""
    campaign, meeting = make_stall(skus=8, early_bird_orders=3, early_bird_price_fen=1990), Meeting()

    def look_and_write(order: Order, wanted: Sequence[Claim], now: dt.datetime) -> None:
        taken = CampaignProgress.objects.get(pk=campaign.pk).early_birds
        if taken >= 3:
            raise EarlyBirdGone
        meeting.wait()
        CampaignProgress.objects.filter(pk=campaign.pk).update(early_birds=taken + 1)

    replace_keeper(monkeypatch, EARLY_BIRD, look_and_write)
    rush(each_another(campaign), crowd[:40])
    assert CampaignOrder.objects.filter(campaign=campaign, early_bird=True).count() > 3
    assert "early_birds_are_orders" in violated()


@pytest.mark.usefixtures("nothing_broken")
def test_a_person_with_two_orders_at_once_takes_one_place(crowd: list[User]) -> None:
    """Rule 12: twelve people send three orders each; ten places, ten people, whatever the order they come in."""
    campaign = make_open(max_participants=10)
    outcomes = rush(joiner(campaign), [person for person in crowd[:12] for _again in range(3)])
    assert outcomes == {"Order": 30, "Full": 6}
    assert counters(campaign) == (30, 30, 10)


@pytest.mark.usefixtures("nothing_broken")
def test_what_expires_while_others_join_is_taken_once(crowd: list[User]) -> None:
    """D2: ten orders lapse while a hundred wait for their pieces: never more than ten are out, and none is lost."""
    campaign = make_open(quantity=10)
    lapsing = [join_as(person, campaign, now=campaign.opens_at) for person in crowd[:10]]
    late = campaign.opens_at + dt.timedelta(minutes=16)
    one = joiner(campaign)

    def work(thing: Order | User) -> object:
        return expire(order=thing, now=late) if isinstance(thing, Order) else one(thing)

    mixed: list[Order | User] = [*crowd[10:40], *lapsing, *crowd[40:80]]
    outcomes = rush(work, mixed)
    assert outcomes["bool"] == 10
    assert set(outcomes) <= {"bool", "Order", "SoldOut"}
    live = Order.objects.filter(status="pending_payment").count()
    assert live == outcomes["Order"] <= 10
    assert counters(campaign)[1] == live


def test_claims_lock_in_one_order() -> None:
    """Reliability 17: the person, then the pieces, then the counters; everybody in this order, so nobody deadlocks."""
    ranks = {kind: keeper.rank for kind, keeper in claim_keepers.items()}
    assert ranks[PERSON] < ranks["allotment"] < ranks[PLACE] == ranks[EARLY_BIRD] == LockOrder.COUNTERS
