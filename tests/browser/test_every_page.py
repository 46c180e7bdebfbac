"""Every page that a person can reach, in a real browser: axe finds nothing grave in light or dark, nothing sticks out,
and the console is silent. New addresses are walked by themselves; what nobody reaches has its reason here."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.addresses import Found, pages_of, patterns
from tests.browser.conftest import DESK, PHONE
from tests.browser.looking import Eye, window
from tests.browser.world import World, enter, make_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]

MORE_OF_THE_SHOP = (
    "/sign-in/?by=password",
    "/campaigns/?q=车厘子",
    "/campaigns/?sort=new",
    "/orders/?state=all",
    "/nowhere/",
)
# What no person of the world opens with a GET, and why.
NOT_PAGES: dict[str, str] = {}


def not_found(eye: Eye) -> list[str]:
    """The complaints, without the browser's own remark that a missing page is missing."""
    return [each for each in eye.complaints if "/nowhere/" not in each]


def walk(chromium: Browser, url: str, person: User | None, pages: list[str], *, wide: bool = False) -> list[str]:
    """Look at pages as this person; read at a desk or on a phone, fitting both."""
    context = window(chromium, url, DESK if wide else PHONE)
    enter(context, person, url)
    eye = Eye(context.new_page())
    for path in pages:
        eye.look(path, other_width=(PHONE if wide else DESK)["width"])
    context.close()
    return not_found(eye)


def test_every_page_of_the_shop(chromium: Browser, live_server: LiveServer) -> None:
    """As a guest, a consumer, a leader and a merchant; a page that others see alike is looked at once."""
    world = make_world()
    seen: set[str] = set()
    names: set[str] = set()
    complaints = []
    for person in world.people().values():
        found: Found = pages_of("storefront", person)
        names |= found.names
        pages = [path for path in (*found.pages, *MORE_OF_THE_SHOP) if path not in seen or path in ("/", "/me/")]
        seen |= set(pages)
        complaints += walk(chromium, live_server.url, person, pages)
    assert not complaints, "\n".join(complaints)
    assert {str(pattern.name) for pattern in patterns("storefront")} - names == set(NOT_PAGES)


def test_every_page_of_the_back_office(chromium: Browser, live_server: LiveServer) -> None:
    world: World = make_world()
    found = pages_of("backoffice", world.owner, merchant=world.merchant.code)
    complaints = walk(chromium, live_server.url, world.owner, found.pages, wide=True)
    assert not complaints, "\n".join(complaints)
    assert {str(pattern.name) for pattern in patterns("backoffice")} - found.names == set()
