"""C5: a campaign that will open can be looked forward to."""

import datetime as dt

import pytest

from campaigns.errors import AlreadyOpened, NoSuchCampaign
from campaigns.events import CampaignOpened
from campaigns.handlers import tell_opened
from campaigns.models import Campaign, Reminder
from campaigns.selectors.reminders import awaited_by, awaited_codes
from campaigns.services.opening import open_campaign
from campaigns.services.reminding import forget, remind
from campaigns.services.reviewing import approve, submit
from campaigns.services.settling import settle
from campaigns.states import CampaignStatus
from common import events
from notifications.models import Message
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import make_draft, make_open
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def make_scheduled(now: dt.datetime) -> Campaign:
    """A campaign that opens in an hour."""
    campaign = make_draft(now=now, opens_at=now + HOUR, closes_at=now + 25 * HOUR)
    owner = owner_of(campaign.merchant).pk
    if submit(campaign=campaign, actor_id=owner, now=now).status == CampaignStatus.IN_REVIEW:
        approve(campaign=campaign, actor_id=owner, now=now)
    campaign.refresh_from_db()
    return campaign


def open_now(campaign: Campaign) -> None:
    assert open_campaign(campaign_id=campaign.pk, now=campaign.opens_at)
    events.drain(now=campaign.opens_at)


def told() -> list[tuple[int, str]]:
    return list(Message.objects.filter(kind="campaign_open").order_by("id").values_list("recipient", "title"))


def test_everybody_who_asked_is_told_once_in_their_language(now: dt.datetime) -> None:
    """C5: Alice and Bob hear it, Carol changed her mind, Dave never asked."""
    campaign = make_scheduled(now)
    alice, bob, carol = make_user(), make_user(name="Bob", language="en"), make_user(name="Carol")
    make_user(name="Dave")
    for person in (alice, alice, bob, carol):
        remind(user=person, code=campaign.code, now=now)
    forget(user=carol, code=campaign.code)
    events.drain(now=now)
    assert told() == []

    open_now(campaign)
    assert [recipient for recipient, _title in told()] == [alice.pk, bob.pk]
    assert told()[0][1] == "你等的「阿克苏苹果 5 斤」开团了"
    body = Message.objects.get(recipient=alice, kind="campaign_open")
    assert "起价 ¥29.90，人多最低降到 ¥23.90" in body.body
    assert body.url == f"/campaigns/{campaign.code}/"
    assert not Reminder.objects.filter(told_at__isnull=True).exists()


def test_an_opening_delivered_twice_tells_nobody_twice(now: dt.datetime) -> None:
    """C5: handlers may come again, also after the mark was lost."""
    campaign, alice = make_scheduled(now), make_user()
    remind(user=alice, code=campaign.code, now=now)
    open_now(campaign)
    tell_opened(CampaignOpened(campaign_id=campaign.pk), now + 2 * HOUR)
    Reminder.objects.update(told_at=None)
    tell_opened(CampaignOpened(campaign_id=campaign.pk), now + 3 * HOUR)
    assert len(told()) == 1


def test_an_opening_told_after_the_closing_sends_nobody_to_a_closed_door(now: dt.datetime) -> None:
    """C5: a parked event may be run again days later."""
    campaign = make_scheduled(now)
    remind(user=make_user(), code=campaign.code, now=now)
    events.drain(now=now)
    assert open_campaign(campaign_id=campaign.pk, now=campaign.opens_at)
    settle(campaign_id=campaign.pk, now=campaign.closes_at)
    events.drain(now=campaign.closes_at)
    assert told() == []


def test_what_is_open_needs_no_reminder_and_what_is_not_public_is_not_there(now: dt.datetime) -> None:
    """C5: each no says what to do instead, and writes nothing."""
    alice = make_user()
    with pytest.raises(AlreadyOpened) as refusal:
        remind(user=alice, code=make_open(now=now).code, now=now)
    assert str(refusal.value) == "已经开团了，可以直接去参团"
    for code in (make_draft(now=now).code, "0000000000"):
        with pytest.raises(NoSuchCampaign):
            remind(user=alice, code=code, now=now)
    assert not Reminder.objects.exists()


def test_alice_finds_what_she_waits_for_until_it_opens(now: dt.datetime) -> None:
    """C5: on her own page, soonest first; Bob's is not hers."""
    campaign, alice, bob = make_scheduled(now), make_user(), make_user(name="Bob")
    remind(user=alice, code=campaign.code, now=now)
    assert [card.code for card in awaited_by(alice)] == [campaign.code]
    assert awaited_codes(alice) == {campaign.code}
    assert awaited_by(bob) == []
    open_now(campaign)
    assert awaited_by(alice) == []
    assert awaited_codes(alice) == frozenset()


def test_forgetting_after_the_telling_keeps_what_was_told(now: dt.datetime) -> None:
    campaign, alice = make_scheduled(now), make_user()
    remind(user=alice, code=campaign.code, now=now)
    open_now(campaign)
    forget(user=alice, code=campaign.code)
    assert Reminder.objects.get().told_at == campaign.opens_at


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_whoever_asks_while_it_opens_is_told_or_refused(now: dt.datetime) -> None:
    """C5: nobody is written down and then forgotten."""
    campaign = make_scheduled(now)
    people = [make_user(name=f"邻居{index}") for index in range(7)]

    def one(index: int) -> object:
        if index == 3:
            return open_campaign(campaign_id=campaign.pk, now=campaign.opens_at)
        return remind(user=people[index], code=campaign.code, now=campaign.opens_at)

    outcomes = at_once(7, one)
    events.drain(now=campaign.opens_at)
    assert {type(outcome) for outcome in outcomes} <= {type(None), bool, AlreadyOpened}
    asked = [people[index].pk for index, outcome in enumerate(outcomes) if outcome is None]
    assert sorted(recipient for recipient, _title in told()) == asked


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_eight_times_at_once_asks_once(now: dt.datetime) -> None:
    campaign, alice = make_scheduled(now), make_user()
    assert at_once(8, lambda _index: remind(user=alice, code=campaign.code, now=now)) == [None] * 8
    assert Reminder.objects.count() == 1
