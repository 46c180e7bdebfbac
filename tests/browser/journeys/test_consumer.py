"""The consumer's whole life: register, hall, a neighbour's link, join, pay, a falling price, refund, code, review."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from community.models import Invitation, Review, SharedOrder
from orders.models import Order
from orders.states import OrderStatus
from payments.models import Payment
from tests.browser.conftest import DESK, PHONE
from tests.browser.journeys import consumer
from tests.browser.journeys.town import Town, a_page, found_town
from tests.browser.journeys.walking import Walker
from tests.factories.accounts import make_phone
from tests.fixtures.sandbox import Sandbox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("nothing_broken"),
]
SAID = {"zh-hans": "果子很甜，个头均匀", "en": "Sweet, and all of one size"}


def live(walker: Walker, town: Town, *, sees_the_price_fall: bool = True) -> None:
    """From the first visit to the review; every step once, whatever the thumbs do."""
    phone = make_phone()
    consumer.follow_the_link(walker, town)
    consumer.register(walker, phone)
    consumer.find_in_the_hall(walker, town)
    order = consumer.join(walker, town)
    consumer.pay(walker, order)
    if sees_the_price_fall:
        consumer.watch_the_price_fall(walker, town, price="23.90")
    else:
        town.buy(2)
    town.close()
    consumer.see_the_refund(walker, order, amount="12.00")
    town.deliver(order)
    consumer.see_the_code(walker, order)
    town.hand_over(order)
    consumer.review(walker, order, text=SAID[walker.language])
    check(phone, town, order, SAID[walker.language])
    assert walker.complaints == []


def check(phone: str, town: Town, order: Order, text: str) -> None:
    """What stands in the books afterwards: one of everything. Two pieces at ¥29.90, final ¥23.90, so ¥12.00 back."""
    person = User.objects.with_phone(phone).get()
    order = Order.objects.get(buyer=person)
    assert (order.status, order.payable_fen) == (OrderStatus.RECEIVED, 5980)
    assert list(Payment.objects.filter(payer=person).values_list("amount_fen", "applied")) == [(5980, True)]
    assert consumer.refunded(order) == [(1200, "done")]
    assert Invitation.objects.get(invitee=person).inviter == town.neighbour
    assert SharedOrder.objects.get(order=order).link.sharer == town.neighbour
    assert list(Review.objects.values_list("author", "stars", "text")) == [(person.pk, 5, text)]


def test_in_chinese_on_a_phone(phone: Page, sandbox_server: Sandbox) -> None:
    """A1 C2 C3 C15 D1 D2 D5 B7 K2 K3."""
    live(Walker(phone), found_town(sandbox_server))


def test_in_english_on_a_desk(chromium: Browser, live_server: LiveServer, sandbox_server: Sandbox) -> None:
    """K3: the same life, not a word of Chinese needed."""
    with a_page(chromium, live_server, viewport=DESK, locale="en-US") as page:
        live(Walker(page, "en"), found_town(sandbox_server), sees_the_price_fall=False)


def test_without_a_script(chromium: Browser, live_server: LiveServer, sandbox_server: Sandbox) -> None:
    """Every step works by links and forms alone."""
    with a_page(chromium, live_server, viewport=PHONE, locale="zh-CN", java_script_enabled=False) as page:
        live(Walker(page, has_script=False), found_town(sandbox_server), sees_the_price_fall=False)


def test_with_clumsy_thumbs(phone: Page, sandbox_server: Sandbox) -> None:
    """Two taps on everything, back and forth on every page: still one order, one payment, one review."""
    live(Walker(phone, clumsy=True), found_town(sandbox_server), sees_the_price_fall=False)


def test_on_a_slow_network(phone: Page, sandbox_server: Sandbox) -> None:
    """Every answer takes its time; nothing is pressed twice for it and nothing breaks."""
    link = phone.context.new_cdp_session(phone)
    link.send("Network.enable")
    slow = {"offline": False, "latency": 250, "downloadThroughput": 120_000, "uploadThroughput": 60_000}
    link.send("Network.emulateNetworkConditions", slow)
    live(Walker(phone), found_town(sandbox_server), sees_the_price_fall=False)
