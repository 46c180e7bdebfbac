"""F4: the shop reads what it has earned, and every number opens the orders behind it."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.states import StaffRole
from orders.models import Order
from orders.services.completing import complete_due
from tests.factories.accounts import make_staff, owner_of
from tests.factories.orders import give_back, make_received
from tests.web.backoffice.desks import Desk
from web.backoffice.dates import Dates
from web.backoffice.money.statement import kind_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
NOON = dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MAY = {"from": "2090-05-01", "to": "2090-05-31"}


@pytest.fixture
def order() -> Order:
    """¥59.80, settled on the 22nd: ¥2.99 for the leader, ¥1.20 for the platform, ¥55.61 for the shop."""
    found = make_received(now=NOON)
    complete_due(now=NOON + 2 * DAY)
    found.refresh_from_db()
    return found


def at_the_desk(order: Order) -> Desk:
    return Desk(owner_of(order.merchant), order.merchant)


def test_the_statement_says_what_was_taken_off_and_what_is_left(order: Order) -> None:
    """F4: paid, less refunds, commission, fee and what was clawed back of it later, is what the shop has."""
    with transaction.atomic():
        give_back(order, 1000, now=NOON + 3 * DAY)
    said = at_the_desk(order).read("money/", **MAY)
    for part in ("¥59.80", "−¥2.99", "−¥1.20", "−¥9.30", "¥46.31"):
        assert part in said
    # The neighbour who made the campaign succeed has not fetched hers yet.
    assert "¥29.90" in said
    assert "2090-05-22" in said
    assert "2090-05-23" in said


def test_the_page_of_the_campaign_holds_no_more_than_the_ledger(order: Order) -> None:
    """F2: what was settled is not in escrow any more: ¥89.70 came, ¥59.80 is shared out, ¥29.90 waits."""
    page = at_the_desk(order).get(f"campaigns/{order.source_code}/")
    money = page.context["money"]
    assert (money.captured_fen, money.settled_fen, money.held_fen) == (8970, 5980, 2990)
    assert (money.refunded_fen, money.in_flight_fen) == (0, 0)
    assert "−¥59.80" in page.content.decode()


def test_every_number_opens_its_orders(order: Order) -> None:
    """F4: the day's orders, what was taken back on a day, and what is still held; each leads to its walk."""
    with transaction.atomic():
        give_back(order, 1000, now=NOON + 3 * DAY)
    desk = at_the_desk(order)
    said = desk.read("money/", **MAY)
    walk = f"orders/{order.number}/walk/"
    assert "money/orders/?from=2090-05-22&to=2090-05-22" in said
    assert walk in desk.read("money/orders/", **{"from": "2090-05-22", "to": "2090-05-22"})
    assert walk not in desk.read("money/orders/", **{"from": "2090-05-23", "to": "2090-05-23"})
    assert "show=clawed&from=2090-05-23&to=2090-05-23" in said
    clawed = desk.read("money/orders/", show="clawed", **{"from": "2090-05-23", "to": "2090-05-23"})
    assert walk in clawed
    assert "¥9.30" in clawed
    held = desk.read("money/orders/", show="held")
    assert walk not in held
    assert Order.objects.get(status="preparing").number in held


def test_days_without_anything_say_so(order: Order) -> None:
    desk = at_the_desk(order)
    assert "这段时间没有结算" in desk.read("money/", **{"from": "2090-04-01", "to": "2090-04-30"})
    assert "没有已结算的订单" in desk.read("money/orders/", **{"to": "2090-04-30"})
    assert "没有追回过" in desk.read("money/orders/", show="clawed")


def test_a_rival_and_the_wrong_role_see_none_of_it(order: Order) -> None:
    """A5: the owner and whoever does the accounts; a manager is told no, a rival finds nothing."""
    finance = Desk(make_staff(order.merchant, StaffRole.FINANCE), order.merchant)
    manager = Desk(make_staff(order.merchant, StaffRole.MANAGER), order.merchant)
    rival = Desk(owner_of(make_received(now=NOON).merchant), order.merchant)
    for path in ("money/", "money/orders/"):
        assert [desk.get(path).status_code for desk in (finance, manager, rival)] == [200, 403, 404]


def test_ten_days_cost_as_many_queries_as_one(order: Order) -> None:
    """F4: sums are the database's work."""
    desk = at_the_desk(order)
    asked = {}
    for path, query in (("money/", MAY), ("money/orders/", MAY), ("money/orders/", {"show": "held"})):
        desk.get(path, **query)
        with CaptureQueriesContext(connection) as captured:
            desk.get(path, **query)
        asked[path, query.get("show")] = len(captured)
    assert max(asked.values()) <= 20, asked


# What was asked for, and how it is shown.
KINDS = [
    (Dates(dt.date(2090, 5, 1), dt.date(2090, 5, 1)), "day"),
    (Dates(dt.date(2090, 5, 1), dt.date(2090, 7, 1)), "day"),
    (Dates(dt.date(2090, 5, 1), dt.date(2090, 7, 2)), "month"),
    (Dates(dt.date(2090, 5, 1), None), "month"),
    (Dates(None, dt.date(2090, 5, 1)), "month"),
]


@pytest.mark.parametrize(("dates", "kind"), KINDS)
def test_many_days_are_shown_by_month(dates: Dates, kind: str) -> None:
    assert kind_of(dates) == kind


def test_a_months_row_opens_the_days_that_were_asked_for(order: Order) -> None:
    """F4: from the 10th of April on: the row of May is all of May."""
    said = at_the_desk(order).read("money/", **{"from": "2090-04-10"})
    assert "money/orders/?from=2090-05-01&to=2090-05-31" in said
    assert "2090-05" in said
