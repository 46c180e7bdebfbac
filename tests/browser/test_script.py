"""What our script adds between a press and its answer. Everything here also works without it."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Address, User
from campaigns.models import Campaign
from tests.browser.world import enter
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
ADDRESS = {"name": "王晓雨", "phone": "13812345678", "detail": "文三路 1 号"}


@pytest.fixture
def alice(phone: Page, live_server: LiveServer) -> User:
    """Alice, signed in on the phone."""
    person = make_user(name="王晓雨")
    enter(phone.context, person, live_server.url)
    return person


def quote_of(page: Page, campaign: Campaign) -> None:
    """The page where one joins, with two pieces typed but not yet reckoned."""
    page.goto(f"/campaigns/{campaign.code}/join/")
    page.locator("#quote").wait_for()


@pytest.mark.usefixtures("alice")
def test_whoever_taps_twice_has_pressed_once(phone: Page) -> None:
    """The button is busy until the answer, and usable again when the page comes back from the browser's memory."""
    posts: list[str] = []
    phone.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    phone.goto("/me/profile/")
    phone.evaluate("document.querySelector('main form').addEventListener('submit', event => window.sent = event)")
    phone.route("**/me/profile/", lambda route: route.fulfill(status=204))
    button = phone.locator("main form button[type=submit]").first
    button.dblclick(no_wait_after=True)
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_disabled()
    phone.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).to_be_enabled()
    expect(button).not_to_have_attribute("aria-busy", "true")
    assert len(posts) == 1


@pytest.mark.usefixtures("alice")
def test_a_failed_swap_says_so_keeps_what_was_typed_and_can_be_tried_again(phone: Page) -> None:
    quote_of(phone, make_open(limit_per_person=9))
    quantity = phone.locator("#join [name^=quantity-]").first
    phone.route("**/join/**", lambda route: route.abort())
    quantity.fill("3")
    quantity.blur()
    notice = phone.locator(".notice--danger[role=alert]")
    expect(notice).to_contain_text("没有成功，你填的都还在")
    expect(quantity).to_have_value("3")
    phone.unroute_all()
    notice.get_by_role("button", name="再试一次").click()
    expect(notice).to_have_count(0)
    expect(phone.locator("#quote")).to_contain_text("89.70")


@pytest.mark.usefixtures("alice")
def test_a_slow_answer_shows_that_it_is_coming(phone: Page) -> None:
    quote_of(phone, make_open(limit_per_person=9))
    asked: list[Route] = []
    phone.route("**/join/**", lambda route: asked.append(route))
    quantity = phone.locator("#join [name^=quantity-]").first
    quantity.fill("2")
    quantity.blur()
    expect(phone.locator("#quote[data-slow][aria-busy=true]")).to_have_count(1)
    asked[0].continue_()
    expect(phone.locator("[data-slow]")).to_have_count(0)
    expect(phone.locator("#quote")).to_contain_text("59.80")


def test_without_a_network_the_page_says_that_its_numbers_grow_old(phone: Page) -> None:
    phone.goto("/")
    phone.context.set_offline(True)
    expect(phone.locator("#offline")).to_have_text("网络断了，页面上的数字可能不是最新的")
    phone.context.set_offline(False)
    expect(phone.locator("#offline")).to_have_count(0)


def test_polls_rest_while_nobody_looks_and_a_wrong_clock_changes_no_countdown(phone: Page) -> None:
    """The campaign closes in a day by the server's clock; this phone is two days ahead."""
    campaign = make_open()
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if "/ladder/" in request.url else None)
    phone.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away === true})")
    phone.clock.install(time=timezone.now() + dt.timedelta(days=2))
    phone.goto(f"/campaigns/{campaign.code}/")
    expect(phone.locator("[data-left]").first).to_contain_text("23:59")
    phone.evaluate("window.away = true")
    phone.clock.run_for(11_000)
    assert asked == []
    phone.evaluate("window.away = false")
    with phone.expect_request("**/ladder/**"):
        phone.clock.run_for(6_000)


def test_after_a_refused_form_the_first_wrong_field_has_the_focus(phone: Page, alice: User) -> None:
    phone.goto("/me/addresses/new/")
    phone.evaluate("document.querySelector('main form').noValidate = true")
    for name, text in (ADDRESS | {"phone": "12"}).items():
        phone.locator(f"main [name={name}]").fill(text)
    phone.locator("main form .btn--primary[type=submit], main form button.btn--primary").last.click()
    phone.locator("[aria-invalid=true]").first.wait_for()
    assert phone.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert not Address.objects.filter(user=alice).exists()
