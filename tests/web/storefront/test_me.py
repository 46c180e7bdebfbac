"""My page, my addresses, becoming a merchant, my messages."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Address, Merchant
from accounts.services.addresses import add_address
from accounts.services.merchants import reject
from campaigns.services.settling import settle
from notifications.models import Message
from notifications.selectors.inbox import unread_count
from tests.factories.accounts import make_application, make_merchant, make_operator, make_picture, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = pytest.mark.django_db
ADDRESS: dict[str, Any] = {
    "name": "王小明",
    "phone": "13900000009",
    "region_code": ["360000", "360700", "360702"],
    "detail": "翠湖湾 1 栋 302",
}
PAGES = [
    "/me/",
    "/me/profile/",
    "/me/addresses/",
    "/me/addresses/new/",
    "/me/apply/",
    "/inbox/",
    "/orders/",
    "/pickups/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in_and_comes_back(path: str) -> None:
    answer = browser_of().get(path)
    assert answer["Location"] == f"/sign-in/?next={path}"


def test_my_page_shows_my_name_and_a_masked_number() -> None:
    alice = make_user("13812345678", name="林小满")
    page = browser_of(alice).get("/me/")
    assert "林小满" in says(page)
    assert "138****5678" in says(page)
    assert alice.phone not in text_of(page)


def test_alice_changes_what_she_is_called() -> None:
    alice = make_user()
    browser_of(alice).post("/me/profile/", {"name": "小满"})
    alice.refresh_from_db()
    assert alice.name == "小满"


def test_alice_keeps_addresses() -> None:
    alice = make_user()
    browser = browser_of(alice)
    assert "还没有收货地址" in says(browser.get("/me/addresses/"))

    assert browser.post("/me/addresses/new/", ADDRESS)["Location"] == "/me/addresses/"
    kept = Address.objects.get(user=alice)
    assert (kept.detail, kept.is_default) == ("翠湖湾 1 栋 302", True)

    browser.post(f"/me/addresses/{kept.code}/", ADDRESS | {"detail": "翠湖湾 2 栋 101"})
    kept.refresh_from_db()
    assert kept.detail == "翠湖湾 2 栋 101"

    browser.post(f"/me/addresses/{kept.code}/remove/")
    assert "还没有收货地址" in says(browser.get("/me/addresses/"))


def test_after_adding_an_address_one_goes_back_to_joining() -> None:
    browser = browser_of(make_user())
    assert (
        browser.post("/me/addresses/new/", ADDRESS | {"next": "/campaigns/ABC/join/"})["Location"]
        == "/campaigns/ABC/join/"
    )


def test_a_wrong_number_is_said_at_its_field() -> None:
    page = browser_of(make_user()).post("/me/addresses/new/", ADDRESS | {"phone": "123"})
    assert "手机号是 1 开头的 11 位数字" in says(page)
    assert not Address.objects.exists()


def test_an_address_of_somebody_else_is_not_there() -> None:
    bobs = add_address(user=make_user(name="Bob"), **ADDRESS | {"region_code": "360702"})
    alice = browser_of(make_user())
    assert alice.get(f"/me/addresses/{bobs.code}/").status_code == 404
    assert alice.post(f"/me/addresses/{bobs.code}/", ADDRESS).status_code == 404
    assert alice.post(f"/me/addresses/{bobs.code}/remove/").status_code == 404
    bobs.refresh_from_db()
    assert bobs.removed_at is None


def test_bob_applies_as_merchant_with_his_licence() -> None:
    """A2: real name, licence number and picture; then the page says that it waits."""
    bob = make_user(name="Bob")
    browser = browser_of(bob)
    answer = browser.post("/me/apply/", make_application() | {"licence": make_picture()}, follow=True)
    assert "申请正在审核" in says(answer)
    assert Merchant.objects.get(staff__user=bob).status == "applied"


def test_an_application_without_licence_is_not_sent() -> None:
    page = browser_of(make_user()).post("/me/apply/", make_application())
    assert "要上传营业执照的照片" in says(page)
    assert not Merchant.objects.exists()


def test_a_rejected_application_says_why_and_may_be_sent_again() -> None:
    """A2: after a rejection Bob puts it right."""
    merchant = make_merchant(approved=False)
    reject(merchant=merchant, actor_id=make_operator().pk, note="照片看不清", now=timezone.now())
    browser = browser_of(owner_of(merchant))
    assert "照片看不清" in says(browser.get("/me/apply/"))
    browser.post("/me/apply/", make_application() | {"licence": make_picture()})
    merchant.refresh_from_db()
    assert merchant.status == "applied"


def make_message(user_id: int, title: str = "到货了，等你来取") -> Message:
    return Message.objects.create(
        recipient_id=user_id, kind="order_ready", about=title, title=title, url="/orders/", sent_at=timezone.now()
    )


def test_the_bell_counts_what_is_unread_in_one_query() -> None:
    alice = make_user()
    browser = browser_of(alice)
    browser.get("/me/profile/")
    make_message(alice.pk)
    with CaptureQueriesContext(connection) as captured:
        page = browser.get("/me/profile/")
    assert "1 条未读" in says(page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%notifications_message%'")
        names = {name for (name,) in cursor.fetchall()}
    asked = [query["sql"].split()[1] for query in captured if query["sql"].startswith("EXECUTE")]
    assert len([name for name in asked if name in names]) == 1


def test_a_message_leads_where_it_leads_and_is_read_then() -> None:
    alice = make_user()
    message = make_message(alice.pk)
    assert browser_of(alice).get(f"/inbox/{message.pk}/")["Location"] == "/orders/"
    assert unread_count(alice.pk) == 0


def test_everything_can_be_marked_as_read_at_once() -> None:
    alice = make_user()
    make_message(alice.pk, "一")
    make_message(alice.pk, "二")
    browser_of(alice).post("/inbox/read/")
    assert unread_count(alice.pk) == 0


def test_a_message_of_somebody_else_is_not_there() -> None:
    bob = make_user(name="Bob")
    message = make_message(bob.pk)
    assert browser_of(make_user()).get(f"/inbox/{message.pk}/").status_code == 404
    assert unread_count(bob.pk) == 1


def test_an_empty_inbox_says_so() -> None:
    assert "没有新消息，有动静会告诉你" in says(browser_of(make_user()).get("/inbox/"))


def test_staff_find_the_way_into_their_back_office() -> None:
    merchant = make_merchant("果园直发")
    page = browser_of(owner_of(merchant)).get("/me/")
    assert f"/backoffice/{merchant.code}/" in text_of(page)
    assert "核销取货码" in says(page)
    assert "我要开店" not in says(page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("scripted_gateway")
def test_my_page_says_what_i_saved_and_what_i_wait_for() -> None:
    """D2: a fact instead of a badge; the campaigns I have paid for are one press away."""
    alice = make_user()
    browser = browser_of(alice)
    assert "跟邻居一起省了" not in says(browser.get("/me/"))
    done = make_open()
    join_and_pay(alice, done, 3)
    settle(campaign_id=done.pk, now=timezone.now() + dt.timedelta(days=1))
    running = make_open(title="砂糖橘 3 斤")
    join_and_pay(alice, running)
    page = browser.get("/me/")
    assert "跟邻居一起省了 ¥30.00 一起买了 1 次" in says(page)
    assert "我在拼的团 砂糖橘 3 斤" in says(page)
    assert f"/campaigns/{running.code}/" in text_of(page)
    assert f"/campaigns/{done.code}/" not in text_of(page)


def test_the_language_is_changed_from_my_page() -> None:
    """K3."""
    browser = browser_of(make_user())
    assert "深色、浅色 跟随设备" in says(browser.get("/me/"))
    assert browser.post("/language/", {"language": "en", "next": "/me/"})["Location"] == "/me/"
