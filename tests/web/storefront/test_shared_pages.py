"""Pages that are rendered once for everybody: nobody sees what is another's, and nobody sees what is old."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign
from campaigns.services.reminding import remind
from notifications.models import Message
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_draft, make_open, make_point
from tests.factories.community import make_community, make_member
from tests.factories.marketing import make_welcome
from tests.web.storefront.pages import browser_of, queries_of, says, text_of
from web.shared import keeping
from web.storefront.browsing import polling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
PHONE = {"user-agent": "Mozilla/5.0 (iPhone)"}


class Clock:
    """The clock of what is kept, moved by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(autouse=True)
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Pages are kept as in production, and for so long that no slow test waits: this clock is moved instead."""
    settings.SHARED_PAGE_SECONDS = 60
    moved = Clock()
    monkeypatch.setattr(keeping, "time", moved)
    return moved


def page_of(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.code}/"


def token_of(client: Client, path: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text_of(client.get(path)))
    assert found
    return found[1]


def test_the_hall_asks_the_database_nothing_for_a_guest_and_three_things_for_a_neighbour() -> None:
    """C2: warm, a guest's hall costs no query; a neighbour's asks who they are, where they live, what they have not
    read."""
    make_open()
    assert queries_of(Client(), "/campaigns/") == 0
    alice = make_user()
    make_member(alice, make_community("锦绣花园"))
    assert queries_of(browser_of(alice), "/campaigns/") <= 3


def test_home_asks_the_database_nothing_for_a_guest_and_what_waits_for_a_neighbour() -> None:
    """C1: warm, a neighbour's asks as the hall does, and for a gift, orders to pay or fetch, and points to lead."""
    make_open()
    assert queries_of(Client(), "/") == 0
    alice = make_user()
    make_member(alice, make_community("锦绣花园"))
    assert queries_of(browser_of(alice), "/") <= 7


def test_what_waits_for_one_neighbour_is_on_nobody_elses_home() -> None:
    """C1: Alice has an order to pay; before and after her a home without it is shown to everybody else."""
    campaign = make_open()
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    order = join_as(alice, campaign)
    for client, is_hers in ((Client(), False), (browser_of(alice), True), (browser_of(bob), False), (Client(), False)):
        page = text_of(client.get("/"))
        assert campaign.code in page
        assert (f"/orders/{order.number}/pay/" in page) is is_hers
        assert ("去付款" in page) is is_hers


def test_the_welcome_gift_is_promised_to_guests_alone() -> None:
    """G8: whoever is signed in sees their own, if they were given one."""
    make_welcome(points=20)
    assert "领取新人礼" in says(Client().get("/"))
    assert "新人礼" not in says(browser_of(make_user()).get("/"))
    assert "领取新人礼" in says(Client().get("/"))


def test_the_page_of_a_campaign_asks_nothing_but_counts_who_looks() -> None:
    campaign = make_open()
    assert queries_of(Client(headers={"user-agent": "curl"}), page_of(campaign)) == 0
    assert queries_of(Client(headers=PHONE), page_of(campaign)) <= 1


def test_a_poll_that_brings_nothing_new_asks_the_database_nothing(django_assert_num_queries) -> None:
    """C2: neither with what the page has seen, nor with the tag of the last answer."""
    campaign, client = make_open(), Client()
    first = client.get(f"{page_of(campaign)}ladder/")
    seen = polling.fingerprint(polling._cards([campaign.code])[0])
    with django_assert_num_queries(0):
        assert client.get(f"{page_of(campaign)}ladder/", {"seen": seen}).status_code == 204
        assert client.get("/campaigns/progress/", {"seen": f"{campaign.code}.{seen}"}).status_code == 204
        known = client.get(f"{page_of(campaign)}ladder/", headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_a_tag_is_another_one_when_the_ladder_moved_and_in_another_language(clock: Clock) -> None:
    campaign, client = make_open(), Client()
    path = f"{page_of(campaign)}ladder/"
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200
    fill(campaign, 1)
    clock.ahead += 60
    moved = client.get(path, headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert moved["ETag"] != tag


def test_nobody_is_shown_what_is_another_neighbours() -> None:
    """C2: Alice's messages, her community and her token are in her hall alone, whoever looks right after her."""
    merchant = make_merchant()
    make_open(merchant, points=[make_point(merchant, "东门")])
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    make_member(alice, make_community("锦绣花园"))
    Message.objects.create(recipient=alice, kind="x", title="给你的", sent_at=timezone.now())
    browser = browser_of(alice)
    hers = says(browser.get("/campaigns/"))
    assert "锦绣花园" in hers
    assert "1 条未读" in hers
    assert "条未读" not in says(browser_of(bob).get("/campaigns/"))
    browser.post("/sign-out/")
    for client in (browser, Client(), browser_of(bob)):
        page = says(client.get("/campaigns/"))
        assert "锦绣花园" not in page
        assert "条未读" not in page
    assert "登录" in says(Client().get("/campaigns/"))


def test_who_joined_sees_their_order_and_nobody_else_does() -> None:
    """C2: before and after Alice, a page without her is shown to everybody else."""
    campaign = make_open()
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    order = join_and_pay(alice, campaign)
    for client, is_hers in ((Client(), False), (browser_of(alice), True), (browser_of(bob), False), (Client(), False)):
        page = text_of(client.get(page_of(campaign)))
        assert (order.number in page) is is_hers
        assert ("你已参团" in page) is is_hers


def test_who_waits_for_an_opening_has_a_button_of_their_own() -> None:
    """C5: in the hall and on the page."""
    draft = make_draft(now=timezone.now() + 24 * HOUR)
    Campaign.objects.filter(pk=draft.pk).update(status="scheduled")
    alice, bob = make_user(), make_user()
    remind(user=alice, code=draft.code, now=timezone.now())
    for path in (page_of(draft), "/campaigns/?shown=soon"):
        for client, waits in ((browser_of(bob), False), (browser_of(alice), True), (Client(), False)):
            assert ("会提醒你" in text_of(client.get(path))) is waits


def test_every_visitor_has_a_token_of_their_own() -> None:
    """A form of a page that everybody shares is sent with the token of whoever looks at it."""
    draft = make_draft(now=timezone.now() + 24 * HOUR)
    Campaign.objects.filter(pk=draft.pk).update(status="scheduled")
    alice, bob = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    alice.force_login(make_user())
    bob.force_login(make_user())
    hers, his = token_of(alice, page_of(draft)), token_of(bob, page_of(draft))
    address = f"{page_of(draft)}remind/"
    assert alice.post(address, {"csrfmiddlewaretoken": his}).status_code == 403
    assert alice.post(address, {"csrfmiddlewaretoken": hers}).status_code == 302


def test_the_way_back_is_that_of_whoever_looks() -> None:
    """A word in the address that the hall does not know makes no page of its own, and is not lost either."""
    make_open()
    assert "next=%2Fcampaigns%2F%3Ffrom%3Da%26b" in text_of(Client().get("/campaigns/?from=a&b"))
    page = text_of(Client().get('/campaigns/?from="><i>'))
    assert "next=%2Fcampaigns%2F%3Ffrom%3D%2522%253E%253Ci%253E" in page
    assert "from=a" not in page


def test_a_change_is_seen_once_its_time_has_passed(clock: Clock) -> None:
    """C2: until then everybody sees the same."""
    campaign, client = make_open(), Client(headers=PHONE)
    polled = f"/campaigns/progress/?seen={campaign.code}.{polling.fingerprint(polling._cards([campaign.code])[0])}"
    for path in ("/campaigns/", page_of(campaign), polled):
        client.get(path)
    fill(campaign, 4)
    assert "再来 1 件" not in says(client.get(page_of(campaign)))
    assert client.get(polled).status_code == 204
    clock.ahead += 60
    assert "再来 1 件" in says(client.get(page_of(campaign)))
    assert "还差 1 件" in says(client.get("/campaigns/"))
    assert client.get(polled).status_code == 200


def test_who_has_just_joined_sees_it_at_once() -> None:
    """C2: on the page of the campaign, and after sending a form everywhere else too."""
    campaign, alice = make_open(), make_user()
    browser = browser_of(alice)
    for path in (page_of(campaign), "/campaigns/"):
        browser.get(path)
    join_and_pay(alice, campaign)
    assert "已参团 1 户" in says(browser.get(page_of(campaign)))
    browser.post("/language/", {"language": "zh-hans"})
    assert campaign.code in text_of(browser.get("/campaigns/"))
    left = campaign.skus.get().quantity - 1
    assert f"还剩 {left} 件" in says(browser.get("/campaigns/"))


def test_one_of_many_makes_a_page_anew_while_the_others_take_what_is_there(clock: Clock) -> None:
    """When its time is nearly over, the rush does not meet an empty cache."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [keeping.kept("page", make) for _visitor in range(3)] == [1, 1, 1]
    clock.ahead += 60 * keeping.EARLY
    assert [keeping.kept("page", make) for _visitor in range(3)] == [2, 2, 2]


def test_a_rush_to_a_cold_page_makes_it_once() -> None:
    """Whoever comes while it is made waits for it; a busy machine is not asked to do the same many times at once."""
    made: list[int] = []
    begun, may_go_on = Event(), Event()

    def make() -> int:
        begun.set()
        assert may_go_on.wait(10)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(keeping.kept, "cold", make)
        assert begun.wait(10)
        others = [pool.submit(keeping.kept, "cold", make) for _visitor in range(3)]
        may_go_on.set()
        assert [each.result() for each in (first, *others)] == [1, 1, 1, 1]
    assert made == [1]


def test_what_is_young_is_at_hand_and_what_is_not_is_asked_for(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process shows what it has while nobody would make it anew; later it takes what another one has made since."""
    assert keeping.kept("shared:one", lambda: "first") == "first"
    with monkeypatch.context() as without_valkey:
        without_valkey.setattr(keeping, "cache", None)
        assert keeping.kept("shared:one", lambda: "second") == "first"

    clock.ahead = 60 * keeping.EARLY
    cache.set("shared:one", (clock.time(), "of another process"))
    assert keeping.kept("shared:one", lambda: "second") == "of another process"
