"""The back office on a phone and on a desk: nothing sticks out, and the browser has nothing to complain about."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Merchant
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.campaigns import fill, make_draft, make_open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
LISTS = (
    "",
    "products/",
    "stock/",
    "campaigns/",
    "campaigns/new/",
    "orders/?state=all",
    "refunds/",
    "points/",
    "staff/",
)


def sign_in(page: Page, merchant: Merchant, live_server: LiveServer) -> None:
    """The owner's session, as if they had signed in with this browser."""
    client = Client()
    client.force_login(owner_of(merchant))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def a_shop() -> tuple[Merchant, list[str]]:
    """A merchant with one of everything, and the pages of it."""
    merchant = make_merchant("果园直发")
    draft, campaign = make_draft(merchant), make_open(merchant, thresholds=(1, 5, 10, 20, 30, 40), prices_fen=PRICES)
    orders = fill(campaign, 2)
    sku = campaign.skus.get().sku
    single = [
        f"products/{sku.product.code}/",
        f"stock/{sku.code}/",
        f"campaigns/{draft.code}/edit/",
        f"campaigns/{campaign.code}/",
        f"campaigns/{campaign.code}/cancel/",
        f"orders/{orders[0].number}/",
        f"points/{campaign.pickup_points.get().code}/",
    ]
    return merchant, [f"/backoffice/{merchant.code}/{path}" for path in (*LISTS, *single)]


PRICES = (3290, 3190, 3090, 2990, 2890, 2790)


def look_at(page: Page, paths: list[str]) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sticks_out <= 0, path
    assert complaints == []


def test_every_page_fits_a_phone(phone: Page, live_server: LiveServer) -> None:
    merchant, paths = a_shop()
    sign_in(phone, merchant, live_server)
    look_at(phone, paths)


def test_every_page_fits_a_desk(desk: Page, live_server: LiveServer) -> None:
    merchant, paths = a_shop()
    sign_in(desk, merchant, live_server)
    look_at(desk, paths)
