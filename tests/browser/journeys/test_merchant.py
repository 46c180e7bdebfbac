"""The merchant's day: a product, a campaign, watching it, handing over. And the operator's: a look and a yes."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from campaigns.services.opening import open_due
from campaigns.services.reviewing import submit
from campaigns.states import CampaignStatus
from orders.models import Order
from orders.states import OrderStatus
from tests.browser.conftest import PHONE
from tests.browser.journeys import merchant
from tests.browser.journeys.town import Town, a_page, sign_in
from tests.browser.journeys.walking import Walker
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import make_draft, make_point
from tests.fixtures.sandbox import Sandbox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("nothing_broken"),
]


def work(walker: Walker, sandbox: Sandbox) -> None:
    """From an empty shop to apples in a neighbour's hands."""
    shop = make_merchant("果园直发")
    shop.trusted = True
    shop.save(update_fields=["trusted"])
    leader = make_user(name="陈桂芳")
    point = make_point(shop, leader=leader)
    desk = f"/backoffice/{shop.code}/"
    sign_in(walker.page, owner_of(shop))
    product = merchant.write_a_product(walker, desk)
    campaign = merchant.open_a_campaign(walker, desk, product, point)
    open_due(now=timezone.now())
    town = Town(shop, leader, make_user(name="王雪梅"), campaign, sandbox)
    order = town.buy(2)
    merchant.watch(walker, desk, campaign, pieces=2)
    town.buy(3)
    town.close()
    merchant.mark_ready(walker, desk, list(Order.objects.all()))
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.READY}
    merchant.hand_over(walker, order)
    order.refresh_from_db()
    assert order.status == OrderStatus.RECEIVED
    # Two at ¥29.90, then three at the same; five make ¥39.90 less 40 % = ¥23.94: ¥5.96 back for each.
    assert [refund.amount_fen for refund in town.refunds()] == [1192, 1788]
    assert walker.complaints == []


def test_at_a_desk_in_chinese(desk: Page, sandbox_server: Sandbox) -> None:
    """B1 B3 C1 C6 D5."""
    work(Walker(desk), sandbox_server)


def test_on_a_phone_in_english(chromium: Browser, live_server: LiveServer, sandbox_server: Sandbox) -> None:
    """K3: the same day with a thumb, not a word of Chinese on the buttons."""
    with a_page(chromium, live_server, viewport=PHONE, locale="en-US", has_touch=True) as page:
        work(Walker(page, "en"), sandbox_server)


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (390, "en")])
def test_an_operator_approves(chromium: Browser, live_server: LiveServer, width: int, language: str) -> None:
    """C12 A5: from the dashboard to the campaign that waits, and it is scheduled."""
    campaign = make_draft(make_merchant("杨梅山庄"))
    submit(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, now=timezone.now())
    locale = {"zh-hans": "zh-CN", "en": "en-US"}[language]
    with a_page(chromium, live_server, viewport={"width": width, "height": 844}, locale=locale) as page:
        walker = Walker(page, language)
        sign_in(page, make_operator("operations"))
        walker.go("/admin/")
        walker.press("a[href*='campaigns/campaign/?status']")
        walker.press(f"a[href*='/campaigns/campaign/{campaign.pk}/change/']")
        if width < 1000:
            page.locator("a:has-text('more_horiz')").locator("visible=true").first.click()
        page.locator(f"a[href$='/campaign/{campaign.pk}/approve/']").locator("visible=true").first.click()
        page.locator("#dialog button[type=submit]").click()
        expect(page.locator("#dialog")).to_have_count(0)
        assert walker.complaints == []
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED
