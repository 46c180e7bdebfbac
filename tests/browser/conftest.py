"""A real Chromium with Chinese letters. Tests that use it carry the marker `browser`."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from groupbuy.local.browser import launch_options

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
# What is awaited comes at once or, on a busy machine, later than the five seconds that Playwright gives it.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; the tests skip, with a sentence, where there is none."""
    try:
        options = launch_options()
    except LookupError as missing:
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page as wide as a phone; relative addresses lead to the live server."""
    yield from _page(chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN", has_touch=True))


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page as wide as a desktop screen."""
    yield from _page(chromium.new_context(viewport=DESK, base_url=live_server.url, locale="zh-CN"))


def _page(context: BrowserContext) -> Iterator[Page]:
    yield context.new_page()
    context.close()
