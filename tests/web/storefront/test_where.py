"""D1: where the goods of a campaign go: the nearest pick-up point first, or an address of mine."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Address, User
from accounts.services.addresses import add_address
from campaigns.models import Campaign
from community.models import Community, Membership
from orders.models import Order, PickupPoint
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_as, make_open, make_point
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of
from tests.web.storefront.test_joining import form_of, join_page
from web.storefront.joining.places import position
from web.templatetags.words import distance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
HOME = (Decimal("30.2800"), Decimal("120.1200"))


def put_on_map(point: PickupPoint, metres_north: int) -> PickupPoint:
    """So far north of home."""
    point.latitude = HOME[0] + Decimal(metres_north) / 111_195
    point.longitude = HOME[1]
    point.save()
    return point


def live_at_home(user: User) -> None:
    community = Community.objects.create(
        name="翠湖湾",
        region_code="330106",
        address="文三路",
        latitude=HOME[0],
        longitude=HOME[1],
        founded_at=timezone.now(),
    )
    Membership.objects.create(user=user, community=community, joined_at=timezone.now())


@pytest.fixture
def campaign() -> Campaign:
    """Fetched at the east gate 1.5 km away, at the west gate 320 m away, or at one nobody put on the map."""
    merchant = make_merchant()
    east = put_on_map(make_point(merchant, "东门"), 1500)
    west = put_on_map(make_point(merchant, "西门", leader=make_user(name="周姐")), 320)
    return make_open(merchant, points=[east, west, make_point(merchant, "中门")])


def test_the_point_nearest_to_my_community_is_offered_first_and_chosen(campaign: Campaign) -> None:
    """D1: with its distance, its address and its leader."""
    alice = make_user()
    live_at_home(alice)
    page = browser_of(alice).get(join_page(campaign))
    said = says(page)
    assert "按离翠湖湾的距离排" in said
    assert said.index("西门 320 米") < said.index("东门 1.5 公里") < said.index("中门")
    assert "团长 周**" in said
    west = PickupPoint.objects.get(name="西门")
    assert hidden(page, "quoted_where") == f"point:{west.code}"


def test_where_i_am_beats_where_i_live_and_is_no_part_of_any_address(campaign: Campaign) -> None:
    """D1: 离我最近 sends the position in a form's body; the pieces stay."""
    alice = make_user()
    live_at_home(alice)
    browser = browser_of(alice)
    east = PickupPoint.objects.get(name="东门")
    form = form_of(browser.get(join_page(campaign)), campaign, pieces=2)
    here = f"{east.latitude:.4f},{east.longitude:.4f}"
    page = browser.post(join_page(campaign), form | {"here": here, "where": "", "requote": "1"})
    assert "按离你的距离排" in says(page)
    assert hidden(page, "quoted_where") == f"point:{east.code}"
    assert "¥59.80" in says(page)
    assert not Order.objects.exists()


def test_without_a_place_of_mine_the_points_come_by_name_and_without_distances(campaign: Campaign) -> None:
    page = says(browser_of(make_user()).get(join_page(campaign)))
    assert page.index("东门") < page.index("中门") < page.index("西门")
    assert "公里" not in page


@pytest.mark.parametrize("text", ["", "1", "here", "91,0", "0,181", "nan,0", "inf,inf", "1,2,3"])
def test_what_is_no_position_is_none(text: str) -> None:
    assert position(text) is None


@pytest.mark.parametrize(
    ("metres", "words"), [(3, "10 米"), (324, "320 米"), (996, "1000 米"), (1_249, "1.2 公里"), (12_600, "13 公里")]
)
def test_distances_are_told_as_people_tell_them(metres: int, words: str) -> None:
    assert distance(metres) == words


def test_many_points_are_folded_and_the_one_chosen_is_seen() -> None:
    merchant = make_merchant()
    points = [make_point(merchant, f"{number} 号门") for number in range(1, 7)]
    campaign = make_open(merchant, points=points)
    browser = browser_of(make_user())
    page = text_of(browser.get(join_page(campaign)))
    assert "还有 2 个自提点" in page
    assert '<details class="more">' in page
    chosen = browser.get(join_page(campaign), {"where": f"point:{points[5].code}"})
    assert '<details class="more" open>' in text_of(chosen)


def test_queries_do_not_grow_with_points() -> None:
    """No query in a loop."""
    merchant, alice = make_merchant(), make_user()
    points = [make_point(merchant, f"{number} 号门", leader=make_user()) for number in range(1, 5)]
    few = queries_of(browser_of(alice), join_page(make_open(merchant, points=points[:1])))
    assert queries_of(browser_of(alice), join_page(make_open(merchant, points=points))) == few


def test_an_address_added_on_the_way_brings_one_back_with_everything_kept() -> None:
    """D1: three pieces before, three pieces after, and the new address is chosen; no order was made of it."""
    alice = make_user()
    add_address(user=alice, name="王小明", phone="13900000009", region_code="330106", detail="翠湖湾 302")
    campaign = make_open(delivers=True, freight_fen=600)
    browser = browser_of(alice)
    form = form_of(browser.get(join_page(campaign)), campaign, pieces=3)
    to_form = browser.post(join_page(campaign), form | {"new_address": "1"})
    assert to_form["Location"].startswith("/me/addresses/new/?next=")
    typed: dict[str, Any] = {"name": "王小明", "phone": "13900000009", "detail": "世纪大道 1 号"}
    typed |= {"region_code": ["310000", "310115"], "next": hidden(browser.get(to_form["Location"]), "next")}
    typed["next"] = typed["next"].replace("&amp;", "&")

    page = browser.post("/me/addresses/new/", typed, follow=True)

    new = Address.objects.latest("pk")
    assert hidden(page, "quoted_where") == f"address:{new.code}"
    assert "¥39.90 × 3 件" in says(page)
    assert "运费 ¥6.00" in says(page)
    assert not Order.objects.exists()


class TestAnUnpaidOrderOfMine:
    """D1: one is asked to pay what waits, instead of finding two orders later."""

    def test_a_fresh_visit_says_so_and_offers_to_pay_it_first(self) -> None:
        alice, campaign = make_user(), make_open()
        order = join_as(alice, campaign)
        page = browser_of(alice).get(join_page(campaign))
        assert "你在这个团还有一单没付款 ¥29.90" in says(page)
        assert f"/orders/{order.number}/pay/" in text_of(page)
        assert "再下一单 ¥29.90" in says(page)

    def test_one_more_may_be_ordered_on_purpose(self) -> None:
        alice, campaign = make_user(), make_open()
        join_as(alice, campaign)
        browser = browser_of(alice)
        page = browser.get(join_page(campaign))
        browser.post(join_page(campaign), form_of(page, campaign, another=hidden(page, "another")))
        assert Order.objects.filter(buyer=alice).count() == 2

    def test_the_same_wish_from_a_page_fetched_before_leads_to_the_order_there_is(self) -> None:
        """Back in a browser without a script, and again: the forms differ in their keys, the wish does not."""
        alice, campaign = make_user(), make_open()
        browser = browser_of(alice)
        first, second = browser.get(join_page(campaign)), browser.get(join_page(campaign))
        paying = browser.post(join_page(campaign), form_of(first, campaign))["Location"]
        assert browser.post(join_page(campaign), form_of(second, campaign))["Location"] == paying
        assert Order.objects.filter(buyer=alice).count() == 1

    def test_a_form_changed_after_it_was_sent_says_what_happened(self) -> None:
        alice, campaign = make_user(), make_open()
        browser = browser_of(alice)
        form = form_of(browser.get(join_page(campaign)), campaign)
        browser.post(join_page(campaign), form)
        sku = campaign.skus.get().sku.code
        page = browser.post(join_page(campaign), form | {f"quantity-{sku}": 2})
        assert page.status_code == 422
        assert "这张表提交过一次，内容又改了。看清楚再提交" in says(page)
        assert "你在这个团还有一单" in says(page)

    def test_what_is_paid_or_too_late_to_pay_is_not_spoken_of(self) -> None:
        alice, campaign = make_user(), make_open()
        order = join_as(alice, campaign)
        Order.objects.filter(pk=order.pk).update(pay_by=timezone.now() - dt.timedelta(minutes=1))
        page = browser_of(alice).get(join_page(campaign))
        assert "没付款" not in says(page)
        assert 'name="another"' not in text_of(page)
