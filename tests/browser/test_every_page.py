"""Every page that a person can reach, in a real browser: axe finds nothing grave in light or dark, nothing sticks out,
and the console is silent. New addresses are walked by themselves; what nobody reaches has its reason here."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from tests.browser.addresses import Found, pages_of, patterns
from tests.browser.conftest import DESK, PHONE
from tests.browser.looking import Eye, window
from tests.browser.world import World, enter, make_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]

MISSING = "/nowhere/"
# Other faces of a page, by what its address asks for.
MORE_OF_THE_SHOP = {
    "guest": ("/sign-in/?by=password", "/campaigns/?q=车厘子", MISSING),
    "consumer": ("/orders/?state=all",),
}
# What no person of the world opens with a GET, and why.
NOT_PAGES: dict[str, str] = {}


def walk(chromium: Browser, url: str, person: User | None, pages: list[str], *, wide: bool = False) -> list[str]:
    """Look at pages as this person; read at a desk or on a phone, fitting both."""
    context = window(chromium, url, DESK if wide else PHONE)
    enter(context, person, url)
    eye = Eye(context.new_page())
    for path in pages:
        eye.look(path, status=404 if path == MISSING else 200, other_width=(PHONE if wide else DESK)["width"])
    context.close()
    return eye.complaints


def test_every_page_of_the_shop(chromium: Browser, live_server: LiveServer) -> None:
    """As a guest, a consumer, a leader and a merchant; a page that others see alike is looked at once."""
    world = make_world()
    seen: set[str] = set()
    names: set[str] = set()
    complaints = []
    for role, person in world.people().items():
        found: Found = pages_of("storefront", person)
        names |= found.names
        pages = [
            path
            for path in (*found.pages, *MORE_OF_THE_SHOP.get(role, ()))
            if path not in seen or path in ("/", "/me/")
        ]
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


def test_what_operators_decide_on(chromium: Browser, live_server: LiveServer) -> None:
    """The theme's pages as we fill them: the front page, a queue, the thing to decide on, the trail behind it."""
    world = make_world()
    waiting = Campaign.objects.get(status=CampaignStatus.IN_REVIEW)
    pages = [
        reverse("admin:index"),
        reverse("admin:campaigns_campaign_changelist"),
        reverse("admin:campaigns_campaign_change", args=[waiting.pk]),
        reverse("admin:common_auditentry_changelist"),
        reverse("admin:common_transition_changelist"),
    ]
    complaints = walk(chromium, live_server.url, world.operator, pages)
    assert not complaints, "\n".join(complaints)
