"""F2: a leader reads what their point earns, when it becomes theirs, and what was taken back."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.models import User
from orders.services import holding
from orders.services.completing import complete_due
from tests.factories.accounts import make_operator, make_user
from tests.factories.orders import give_back, make_received
from tests.web.storefront.pages import browser_of, queries_of, says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
NOON = dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PAGE = "/me/commission/"


@pytest.fixture
def lena() -> User:
    return make_user(name="Lena")


def read(person: User) -> str:
    return says(browser_of(person).get(PAGE))


def test_a_commission_on_its_way_to_its_leader(lena: User) -> None:
    """F2: frozen with the day it is due; released; ¥10.00 went back, and so did 50 fen of it."""
    order = make_received(leader=lena, now=NOON)
    said = read(lena)
    for part in (order.number, "¥59.80 的 5%", "¥2.99", "待结算", "5 月 22 日 12:00 售后期满后结算"):
        assert part in said
    complete_due(now=NOON + 2 * DAY)
    assert "5 月 22 日 12:00 结算" in read(lena)
    with transaction.atomic():
        give_back(order, 1000, now=NOON + 3 * DAY)
    said = read(lena)
    for part in ("¥49.80 的 5%", "¥2.49", "追回了 ¥0.50"):
        assert part in said


def test_an_order_that_is_looked_into_or_came_back_says_so(lena: User) -> None:
    held, returned = (make_received(leader=lena, now=NOON) for _order in range(2))
    holding.freeze(order=held, actor_id=make_operator("risk").pk, note="查", now=NOON)
    with transaction.atomic():
        give_back(returned, 5980, now=NOON)
    said = read(lena)
    assert "平台在核实这单" in said
    assert "货款全退了，没有佣金" in said
    assert "已取消" in said


def test_a_purse_below_zero_says_what_happens_next(lena: User) -> None:
    """F2: nothing is asked of her; the next commission makes up for it."""
    order = make_received(leader=lena, now=NOON)
    complete_due(now=NOON + 2 * DAY)
    with transaction.atomic():
        give_back(order, 5980, now=NOON + 3 * DAY)
    assert "可提现 ¥0.00" in read(lena)


def test_everybody_sees_their_own(lena: User) -> None:
    """A5: Alice, who bought, and Lars, who leads another point, read nothing of hers; a guest is sent to sign in."""
    order = make_received(leader=lena, now=NOON)
    for stranger in (order.buyer, make_user(name="Lars")):
        assert order.number not in read(stranger)
        assert "还没有佣金" in read(stranger)
    assert browser_of().get(PAGE).status_code == 302


def test_my_page_leads_there_who_earns(lena: User) -> None:
    order = make_received(leader=lena, now=NOON)
    assert PAGE in browser_of(lena).get("/me/").content.decode()
    assert PAGE not in browser_of(order.buyer).get("/me/").content.decode()


def test_more_orders_take_no_more_queries(lena: User) -> None:
    make_received(leader=lena, now=NOON)
    few = queries_of(browser_of(lena), PAGE)
    make_received(leader=lena, now=NOON)
    assert queries_of(browser_of(lena), PAGE) == few
