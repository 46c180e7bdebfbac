"""The little town of the journeys: a shop with one open campaign, a neighbour who shares, a clock that jumps."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Merchant, User
from accounts.models.user import hash_phone
from campaigns.models import Campaign
from campaigns.services.settling import settle
from community.services.sharing import link_of
from community.states import Shared
from notifications.selectors.sms import last_texts
from orders.models import Order
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.paying import start_payment
from payments.models import Payment, Refund
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import RefundStatus
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_as, make_open, make_point
from tests.fixtures.sandbox import Sandbox

SECOND = dt.timedelta(seconds=1)


@dataclass
class Town:
    """What is there before the traveller comes. Prices: from 2 pieces on ¥29.90, from 3 ¥26.90, from 5 ¥23.90."""

    merchant: Merchant
    leader: User
    neighbour: User
    campaign: Campaign
    sandbox: Sandbox

    def shared_path(self) -> str:
        """The neighbour's own link to the campaign."""
        link = link_of(user=self.neighbour, kind=Shared.CAMPAIGN, code=self.campaign.code, now=timezone.now())
        return f"/s/{link.code}/"

    def buy(self, pieces: int = 1) -> Order:
        """The neighbour joins and pays."""
        now = timezone.now()
        order = join_as(self.neighbour, self.campaign, pieces, now=now)
        payment = start_payment(order=order, gateway="sandbox", now=now)
        open_at_gateway(payment=payment, now=now, return_url=f"/orders/{order.number}/paid/")
        self.sandbox.succeed(payment)
        self.sandbox.wait_for(lambda: Payment.objects.filter(pk=payment.pk, applied=True).exists())
        return order

    def close(self) -> None:
        """Time passes the deadline: the campaign settles and its refunds arrive."""
        now = timezone.now()
        Campaign.objects.filter(pk=self.campaign.pk).update(closes_at=now - SECOND)
        settle(campaign_id=self.campaign.pk, now=now)
        send_due(now=now)

        self.sandbox.wait_for(lambda: not Refund.objects.exclude(status=RefundStatus.DONE).exists())

    def deliver(self, order: Order) -> None:
        """The goods come to the point."""
        actor_id = owner_of(self.merchant).pk
        mark_ready(merchant=self.merchant, numbers=[order.number], actor_id=actor_id, now=timezone.now())

    def refunds(self) -> list[Refund]:
        """What went back of the campaign's orders, in the order they were placed."""
        return list(Refund.objects.order_by("payment_id"))

    def hand_over(self, order: Order) -> None:
        """The leader reads the code and gives the bag away."""
        order.refresh_from_db()
        verify_pickup(actor=self.leader, code=order.pickup_code, now=timezone.now())


def found_town(sandbox: Sandbox) -> Town:
    """A town where one neighbour has bought already."""
    leader, neighbour = make_user(name="陈桂芳"), make_user(name="王雪梅")
    merchant = make_merchant("果园直发")
    point = make_point(merchant, leader=leader)
    campaign = make_open(merchant, points=[point], thresholds=(2, 3, 5), minimum=2)
    town = Town(merchant, leader, neighbour, campaign, sandbox)
    town.buy()
    return town


@contextmanager
def a_page(chromium: Browser, live_server: LiveServer, **options: Any) -> Iterator[Page]:
    """A page of a browser that nobody has used yet."""
    context = chromium.new_context(base_url=live_server.url, **options)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, person: User) -> None:
    """The session of somebody who signed in with this browser before."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )


def last_code(phone: str) -> str:
    """The six digits that were sent to a phone last."""
    text = last_texts(hash_phone(phone))[0].text
    return "".join(filter(str.isdigit, text))[:6]
