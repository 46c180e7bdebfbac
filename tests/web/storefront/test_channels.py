"""C3 J1: channel codes from the notice board to the order, and visitors counted without a cookie."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from analytics.models import Visit, VisitSalt
from analytics.services import visiting
from analytics.services.visiting import forget, record_visit
from campaigns.models import Campaign
from common.clock import day_of
from common.models import AuditEntry, OutboxEvent
from marketing.models import ChannelArrival, ChannelCode, ChannelOrder
from marketing.services.channels import credit_channel, make_channel, switch_channel
from marketing.states import ChannelKind
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_as, make_draft, make_open
from tests.web.storefront.pages import browser_of, queries_of, says
from tests.web.storefront.test_sharing import join, register
from web import visits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0"
OTHER_PHONE = "Mozilla/5.0 (Linux; Android 15)"


@pytest.fixture
def campaign() -> Campaign:
    return make_open()


def board(campaign: Campaign, /, name: str = "东门公告栏", **changes: Any) -> ChannelCode:
    fields: dict[str, Any] = {"merchant": campaign.merchant, "campaign": campaign, "kind": ChannelKind.NOTICE_BOARD}
    return make_channel(name=name, actor_id=owner_of(campaign.merchant).pk, now=timezone.now(), **(fields | changes))


def scan(client: Client, channel: ChannelCode, **headers: str) -> str:
    answer = client.get(f"/c/{channel.code}/", headers=headers or {"user-agent": PHONE})
    assert answer.status_code == 302
    return answer["Location"]


def test_a_code_leads_to_its_campaign_or_to_the_front_page(client: Client, campaign: Campaign) -> None:
    """C3: a campaign that cannot be seen yet leads to the front page instead of nowhere."""
    assert scan(client, board(campaign)) == f"/campaigns/{campaign.code}/"
    assert scan(client, board(campaign, "门店", campaign=None)) == "/"
    draft = make_draft(campaign.merchant)
    assert scan(client, board(campaign, "下一个团", campaign=draft)) == "/"


def test_a_code_nobody_made_says_so(client: Client) -> None:
    answer = client.get("/c/0000000000/")
    assert answer.status_code == 404
    assert "这个渠道码不存在" in says(answer)


def test_who_scans_registers_and_orders_is_known_to_have_come_by_the_first_code(
    client: Client, campaign: Campaign
) -> None:
    """C3: first touch, for the person and for the order; a code opened later changes nothing."""
    first, later = board(campaign), board(campaign, "电梯口")
    scan(client, first)
    scan(client, later)
    scan(client, first)
    carol = register(client)
    order = join(client, campaign)
    assert list(ChannelArrival.objects.values_list("user", "channel")) == [(carol.pk, first.pk)]
    assert list(ChannelOrder.objects.values_list("order", "channel")) == [(order.pk, first.pk)]


def test_on_another_device_the_code_somebody_came_by_is_still_owed_their_order(
    client: Client, campaign: Campaign
) -> None:
    """C3: for thirty days."""
    channel = board(campaign)
    scan(client, channel)
    carol = register(client)
    order = join(browser_of(carol), campaign)
    assert ChannelOrder.objects.get().order_id == order.pk
    ChannelOrder.objects.all().delete()
    ChannelArrival.objects.update(arrived_at=timezone.now() - dt.timedelta(days=31))
    join(browser_of(carol), make_open(campaign.merchant))
    assert not ChannelOrder.objects.exists()


def test_a_code_of_another_shop_earns_nothing_and_one_of_the_platform_does(client: Client, campaign: Campaign) -> None:
    """C3: two codes opened before; the second is the first that leads to the seller."""
    rival = make_merchant("邻居的店")
    scan(client, board(campaign, merchant=rival, campaign=None))
    platform = board(campaign, "地铁口", merchant=None, campaign=None)
    scan(client, platform)
    client.force_login(make_user(name="Bob"))
    join(client, campaign)
    assert ChannelOrder.objects.get().channel == platform


def test_an_order_is_credited_once_whoever_asks_again(campaign: Campaign) -> None:
    order, mine = join_as(make_user(), campaign), board(campaign)
    credit_channel(order=order, channel=board(campaign, "别家的", merchant=make_merchant("别家"), campaign=None))
    assert not ChannelOrder.objects.exists()
    for channel in (mine, mine, board(campaign, "电梯口")):
        credit_channel(order=order, channel=channel)
    assert ChannelOrder.objects.get().channel == mine
    assert OutboxEvent.objects.filter(name="marketing.ChannelCredited").count() == 1


def test_a_retired_code_leads_on_and_counts_nothing(client: Client, campaign: Campaign) -> None:
    """C3: what is printed cannot be called back."""
    channel = board(campaign)
    actor = owner_of(campaign.merchant).pk
    switch_channel(channel=channel, in_use=False, actor_id=actor, now=timezone.now())
    switch_channel(channel=channel, in_use=False, actor_id=actor, now=timezone.now())
    assert scan(client, channel) == f"/campaigns/{campaign.code}/"
    assert not Visit.objects.filter(channel=channel).exists()
    register(client)
    assert not ChannelArrival.objects.exists()
    assert AuditEntry.objects.filter(action="channel.switch").count() == 1


def test_a_stranger_is_counted_once_a_day_for_each_page_and_carries_no_cookie(campaign: Campaign) -> None:
    """J1: two phones behind one address are two; opening a page again is no second visit."""
    page = f"/campaigns/{campaign.code}/"
    client = Client()
    for agent in (PHONE, PHONE, OTHER_PHONE):
        client.get(page, headers={"user-agent": agent})
    assert not client.cookies
    assert Visit.objects.filter(campaign=campaign, channel=None, merchant=campaign.merchant).count() == 2
    Client().get(page, headers={"user-agent": PHONE}, REMOTE_ADDR="198.51.100.7")
    assert Visit.objects.count() == 3


def test_whoever_is_signed_in_is_one_person_on_every_device(campaign: Campaign) -> None:
    bob = make_user(name="Bob")
    for agent in (PHONE, OTHER_PHONE):
        browser_of(bob).get(f"/campaigns/{campaign.code}/", headers={"user-agent": agent})
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1", "curl/8.5", "WhatsApp LinkPreview", "Baiduspider"])
def test_programs_are_no_visitors(client: Client, campaign: Campaign, agent: str) -> None:
    assert client.get(f"/campaigns/{campaign.code}/", headers={"user-agent": agent}).status_code == 200
    assert not Visit.objects.exists()


def test_counting_a_visitor_costs_one_statement(client: Client, campaign: Campaign) -> None:
    page = f"/campaigns/{campaign.code}/"
    client.get(page, headers={"user-agent": PHONE})
    as_program = queries_of(client, page)
    assert queries_of(Client(headers={"user-agent": OTHER_PHONE}), page) == as_program + 1


def test_a_page_is_shown_though_its_visit_cannot_be_counted(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_visit: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(visits, "record_visit", fail)
    answer = client.get(f"/campaigns/{campaign.code}/", headers={"user-agent": PHONE})
    assert answer.status_code == 200


def test_when_the_day_is_over_nobody_can_tell_who_it_was(campaign: Campaign) -> None:
    """J1: the same stranger is another one tomorrow, and yesterday's salt is gone."""
    now = timezone.now()
    visiting._salt.cache_clear()
    for at in (now, now + dt.timedelta(days=1)):
        record_visit(person="198.51.100.7|Firefox", merchant_id=None, campaign_id=campaign.pk, now=at)
    first, second = Visit.objects.order_by("day")
    assert first.visitor != second.visitor
    assert "198.51" not in f"{first.visitor}{second.visitor}"
    assert forget(now=now + dt.timedelta(days=1)) == 1
    assert list(VisitSalt.objects.values_list("day", flat=True)) == [day_of(now + dt.timedelta(days=1))]
