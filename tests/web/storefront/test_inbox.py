"""K2: what I was told, under its days, unread first to be seen."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.models import User
from notifications.models import Message
from tests.factories.accounts import make_user
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def tell(user: User, title: str, *, kind: str = "order_paid", ago: dt.timedelta = dt.timedelta(0)) -> Message:
    return Message.objects.create(
        recipient=user, kind=kind, about=title, title=title, url="/orders/", sent_at=timezone.now() - ago
    )


def test_messages_stand_under_their_days_newest_first() -> None:
    """K2: today, yesterday, then by date; each with the sign of what it is about."""
    alice = make_user()
    long_ago = timezone.localtime(timezone.now() - 40 * DAY)
    tell(alice, "差价已退回", kind="refund_done", ago=40 * DAY)
    tell(alice, "降到 ¥26.90 了", kind="tier_reached", ago=DAY)
    tell(alice, "到货了，等你来取", kind="order_ready")
    page = browser_of(alice).get("/inbox/")
    said = says(page).partition("3 条未读")[2]
    order = ["今天", "到货了", "昨天", "降到", f"{long_ago.month} 月 {long_ago.day} 日", "差价已退回"]
    places = [said.index(word) for word in order]
    assert places == sorted(places)
    assert re.findall(r'message__mark"><svg[^>]*><use href="#i-(\w+)"', text_of(page)) == ["box", "stairs", "back"]


def test_a_kind_nobody_drew_a_sign_for_gets_the_bell() -> None:
    alice = make_user()
    tell(alice, "天气很好", kind="weather")
    assert '<use href="#i-bell"/></svg><span class="sr">未读' in text_of(browser_of(alice).get("/inbox/"))


def test_what_was_read_is_not_marked_any_more() -> None:
    alice = make_user()
    tell(alice, "到货了，等你来取")
    browser = browser_of(alice)
    assert "data-unread" in text_of(browser.get("/inbox/"))
    browser.post("/inbox/read/")
    page = browser.get("/inbox/")
    assert "data-unread" not in text_of(page)
    assert "全部标为已读" not in says(page)


def test_queries_of_the_inbox_do_not_grow_with_messages() -> None:
    """No query in a loop."""
    alice = make_user()
    tell(alice, "一")
    few = queries_of(browser_of(alice), "/inbox/")
    for number in range(8):
        tell(alice, f"再来 {number}", ago=number * DAY)
    assert queries_of(browser_of(alice), "/inbox/") == few
