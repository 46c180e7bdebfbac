"""Every page of the shop that a person can reach, in a real browser: axe finds nothing grave in light or dark,
nothing sticks out, and the console is silent. New addresses are walked by themselves; what nobody reaches has its
reason here."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.addresses import pages_of, patterns
from tests.browser.looking import MISSING, walk
from tests.browser.world import make_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]

# Other faces of a page, by what its address asks for.
MORE_OF_THE_SHOP = {
    "guest": ("/sign-in/?by=password", "/campaigns/?q=车厘子", MISSING),
    "consumer": ("/orders/?state=all",),
}
# These look different to each person.
PERSONAL = ("/", "/me/")
# What no person of the world opens with a GET, and why.
NOT_PAGES: dict[str, str] = {}


def test_every_page_of_the_shop(chromium: Browser, live_server: LiveServer) -> None:
    """As a guest, a consumer, a leader and a merchant; a page that others see alike is looked at once."""
    walked: set[str] = set()
    opened: set[str] = set()
    names: set[str] = set()
    complaints = []
    for role, person in make_world().people().items():
        found = pages_of("storefront", person, seen=opened)
        names |= found.names
        opened |= found.opened
        paths = (*found.pages, *MORE_OF_THE_SHOP.get(role, ()))
        pages = [path for path in paths if path not in walked or path in PERSONAL]
        walked |= set(pages)
        complaints += walk(chromium, live_server.url, person, pages)
    assert not complaints, "\n".join(complaints)
    assert {str(pattern.name) for pattern in patterns("storefront")} - names == set(NOT_PAGES)
