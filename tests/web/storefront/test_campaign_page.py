"""A campaign's page in each of its states, and the button to be reminded."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign, Reminder
from campaigns.services.opening import open_campaign
from campaigns.services.reviewing import approve, submit
from campaigns.services.settling import settle
from campaigns.states import CampaignStatus, WhenMissed
from catalog.services.images import add_image
from tests.factories.accounts import make_merchant, make_picture, make_user, owner_of
from tests.factories.campaigns import fill, make_draft, make_open
from tests.factories.catalog import make_sku
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)
HTMX = {"HX-Request": "true"}


def page_of(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.code}/"


def make_scheduled(merchant: Merchant | None = None) -> Campaign:
    """A campaign that opens tomorrow."""
    now = timezone.now()
    campaign = make_draft(merchant, now=now, opens_at=now + DAY, closes_at=now + 2 * DAY)
    owner = owner_of(campaign.merchant).pk
    if submit(campaign=campaign, actor_id=owner, now=now).status == CampaignStatus.IN_REVIEW:
        approve(campaign=campaign, actor_id=owner, now=now)
    return campaign


def test_what_is_left_is_counted_in_what_runs_out_first(client: Client) -> None:
    """C2: pieces, or people where they are capped."""
    merchant = make_merchant()
    assert "还剩 50 件" in says(client.get(page_of(make_open(merchant))))
    assert "还剩 8 个名额" in says(client.get(page_of(make_open(merchant, max_participants=8))))


def test_sold_out_says_so_and_promises_nothing(client: Client) -> None:
    campaign = make_open(quantity=4, thresholds=(2, 4), prices_fen=(2990, 2690), minimum=2, settle_when_full=False)
    fill(campaign, 4)
    page = says(client.get(page_of(campaign)))
    assert "现在抢光了。有人没付款或退出，名额会让出来，回来看看" in page
    assert "候补" not in page
    assert f'href="{page_of(campaign)}join/"' not in text_of(client.get(page_of(campaign)))


def test_the_button_names_the_early_bird_price_while_there_is_one(client: Client) -> None:
    """C13: what the button says is what the next page charges."""
    campaign = make_open(early_bird_orders=1, early_bird_price_fen=2590)
    page = says(client.get(page_of(campaign)))
    assert "早鸟价 ¥25.90 · 还剩 1 单" in page
    assert "参团 ¥25.90" in page
    fill(campaign, 1)
    assert "参团 ¥29.90" in says(client.get(page_of(campaign)))


def test_an_extended_campaign_says_until_when_and_that_one_may_leave(client: Client) -> None:
    """C14: extended once, disclosed."""
    now = timezone.now()
    campaign = make_open(now=now - DAY, when_missed=WhenMissed.EXTEND, extend_hours=24)
    settle(campaign_id=campaign.pk, now=now)
    page = says(client.get(page_of(campaign)))
    assert "延长 24 小时" in page
    assert "截止，你可以随时退出" in page


def test_the_returns_policy_is_the_products_own(client: Client) -> None:
    merchant = make_merchant()
    kind = make_open(merchant, skus=[make_sku(merchant, no_reason_return=True, return_days=7)])
    assert "收货后 7 天内可以无理由退货" in says(client.get(page_of(kind)))
    assert "不支持无理由退货" in says(client.get(page_of(make_open(merchant))))


def test_the_gallery_loads_one_picture_and_links_each_to_its_large_one(client: Client) -> None:
    """C2: the first at once, the others when they are swiped to; every box has its size beforehand."""
    campaign = make_open()
    for _picture in range(3):
        add_image(product=campaign.skus.get().sku.product, upload=make_picture(), now=timezone.now())
    page = text_of(client.get(page_of(campaign)))
    gallery = re.findall(r'<a class="pic" href="([^"]+)"><img ([^>]+)>', page)
    assert len(gallery) == 3
    assert ["loading=" in image for _href, image in gallery] == [False, True, True]
    assert all('width="600" height="375"' in image for _href, image in gallery)
    assert all(href.endswith("-1200.webp") for href, _image in gallery)
    assert "左右滑，共 3 张" in page


def test_a_link_preview_shows_the_poster_and_how_far_it_is(client: Client) -> None:
    """C3 C15: chat apps read these lines."""
    campaign = make_open()
    fill(campaign, 3)
    page = text_of(client.get(page_of(campaign)))
    assert f'property="og:image" content="http://testserver{page_of(campaign)}share/poster.png"' in page
    assert 'property="og:description" content="还差 2 件降到 ¥26.90"' in page


def test_a_poll_announces_the_headline_and_nothing_else(client: Client) -> None:
    """C2: politely, from a place that is not swapped away."""
    campaign = make_open()
    page = text_of(client.get(page_of(campaign)))
    assert '<p class="sr" id="ladder-said" role="status"></p>' in page
    assert "aria-live" not in page
    seen = re.search(r"ladder/\?seen=([^\"]+)", page)
    assert seen
    fill(campaign, 3)
    changed = text_of(client.get(page_of(campaign) + "ladder/", {"seen": seen[1]}, headers=HTMX))
    said = re.search(r'<p id="ladder-said" hx-swap-oob="innerHTML">(.*?)</p>', changed, re.DOTALL)
    assert said
    assert " ".join(re.sub(r"<[^>]+>", "", said[1]).split()) == "再来 2 件，每件都降 ¥3.00"
    assert "aria-live" not in changed


def test_alice_asks_to_be_reminded_and_changes_her_mind() -> None:
    """C5: a form of its own, without a script; she finds it on her page."""
    campaign, alice = make_scheduled(), make_user()
    browser, path = browser_of(alice), f"{page_of(campaign)}remind/"
    assert "开团提醒我" in says(browser.get(page_of(campaign)))
    asked = browser.post(path, {"next": page_of(campaign)}, follow=True)
    assert asked.redirect_chain == [(page_of(campaign), 302)]
    assert "开团时会告诉你" in says(asked)
    assert "会提醒你 · 不用了" in says(asked)
    mine = browser.get("/me/")
    assert "我等的团" in says(mine)
    assert page_of(campaign) in text_of(mine)
    assert browser.post(path, {"undo": "1", "next": page_of(campaign)}).status_code == 302
    assert not Reminder.objects.exists()
    assert "我等的团" not in says(browser.get("/me/"))


def test_in_the_hall_the_button_alone_is_swapped() -> None:
    """C5: each card says whether one has asked; the answer to a press is the other button under the same name."""
    campaign, other, alice = make_scheduled(), make_scheduled(), make_user()
    browser = browser_of(alice)
    pressed = text_of(browser.post(f"{page_of(campaign)}remind/", {"next": "/campaigns/"}, headers=HTMX))
    assert pressed.startswith('<form class="remind"')
    assert 'name="undo"' in pressed
    button = f'id="remind-card-{campaign.code}"'
    assert button in pressed
    hall = text_of(browser.get("/campaigns/", {"shown": "soon"}))
    assert button in hall
    assert f'id="remind-card-{other.code}"' in hall
    assert hall.count('name="undo"') == 1


def test_a_guest_is_sent_to_sign_in_and_back(client: Client) -> None:
    campaign = make_scheduled()
    answer = client.post(f"{page_of(campaign)}remind/", headers={"Referer": f"http://testserver{page_of(campaign)}"})
    assert answer["Location"] == f"/sign-in/?next={page_of(campaign)}"
    assert not Reminder.objects.exists()


def test_whoever_asks_too_late_is_sent_where_they_can_join() -> None:
    """C5: it opened while the page lay open."""
    campaign, browser = make_scheduled(), browser_of(make_user())
    assert open_campaign(campaign_id=campaign.pk, now=timezone.now() + DAY)
    late = browser.post(f"{page_of(campaign)}remind/", follow=True)
    assert late.redirect_chain == [(page_of(campaign), 302)]
    assert "已经开团了，可以直接去参团" in says(late)
    swapped = browser.post(f"{page_of(campaign)}remind/", headers=HTMX)
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, page_of(campaign))


def test_queries_of_the_hall_do_not_grow_with_what_one_waits_for() -> None:
    alice = make_user()
    browser = browser_of(alice)
    merchant = make_merchant()

    def wait_for_another() -> None:
        browser.post(f"{page_of(make_scheduled(merchant))}remind/")

    wait_for_another()
    few = queries_of(browser, "/campaigns/", shown="soon"), queries_of(browser, "/me/")
    for _campaign in range(3):
        wait_for_another()
    assert (queries_of(browser, "/campaigns/", shown="soon"), queries_of(browser, "/me/")) == few
