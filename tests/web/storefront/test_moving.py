"""K2: choosing another pick-up point on the order's page, and by program."""

import datetime as dt

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.settling import close
from campaigns.states import CloseReason
from orders.models import Order
from orders.services.pickup_points import switch_point
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open, make_point
from tests.web.api.conftest import Program, is_problem
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]


def joined(*more: str) -> Order:
    """Alice's paid order at 东门, in a campaign that has these points as well."""
    merchant = make_merchant()
    points = [make_point(merchant, name) for name in ("A 东门", *more)]
    return join_and_pay(make_user(name="Alice"), make_open(merchant, points=points))


def code_of(order: Order, name: str) -> str:
    return str(order.merchant.pickup_points.get(name=name).code)


def shut(order: Order, now: dt.datetime) -> None:
    campaign = Campaign.objects.get(code=order.source_code)
    close(campaign_id=campaign.pk, reason=CloseReason.FULL, now=now)


def test_alice_finds_the_way_and_takes_it() -> None:
    """From her order to the points, one press, and back with a word."""
    order = joined("B 西门")
    browser = browser_of(order.buyer)
    page, path = f"/orders/{order.number}/", f"/orders/{order.number}/point/"
    assert path in text_of(browser.get(page))
    assert "B 西门" in says(browser.get(path))

    done = browser.post(path, {"where": f"point:{code_of(order, 'B 西门')}"}, follow=True)

    assert done.redirect_chain == [(page, 302)]
    assert "好了，到B 西门取" in says(done)
    order.refresh_from_db()
    assert str(order.pickup_point) == "B 西门"


def test_a_point_that_is_not_offered_is_refused_with_a_sentence() -> None:
    order = joined("B 西门")
    foreign = make_point(make_merchant("对面果园"), "C 南门")
    answer = browser_of(order.buyer).post(f"/orders/{order.number}/point/", {"where": f"point:{foreign.code}"})
    assert answer.status_code == 400
    assert "这个自提点不能选，换一个" in says(answer)
    order.refresh_from_db()
    assert str(order.pickup_point) == "A 东门"


def test_a_point_out_of_use_is_marked_while_another_can_be_chosen() -> None:
    order = joined("B 西门")
    browser, page = browser_of(order.buyer), f"/orders/{order.number}/"
    assert "停用了" not in says(browser.get(page))
    point = order.merchant.pickup_points.get(name="A 东门")
    switch_point(point=point, is_active=False, actor_id=owner_of(order.merchant).pk)
    assert "这个自提点停用了，换一个吧" in says(browser.get(page))
    assert "A 东门停用了，换一个吧。不换的话，货还是送到那里。" in says(browser.get(f"{page}point/"))
    shut(order, timezone.now())
    assert "停用了" not in says(browser.get(page))


def test_where_nothing_can_be_chosen_there_is_no_way() -> None:
    """One point only, or closed: no link, the page leads back; a press that comes too late says why."""
    lonely, late = joined(), joined("B 西门")
    shut(late, timezone.now())
    for order in (lonely, late):
        browser, page = browser_of(order.buyer), f"/orders/{order.number}/"
        assert f"{page}point/" not in text_of(browser.get(page))
        assert browser.get(f"{page}point/")["Location"] == page
    answer = browser_of(late.buyer).post(f"/orders/{late.number}/point/", {"where": f"point:{code_of(late, 'B 西门')}"})
    assert answer.status_code == 409
    assert "现在不能换自提点：已截止，自提点定下来了" in says(answer)


def test_many_points_cost_no_more_queries() -> None:
    few, many = joined("B 西门"), joined(*(f"{letter} 门" for letter in "BCDEFG"))
    looks = [queries_of(browser_of(order.buyer), f"/orders/{order.number}/point/") for order in (few, many)]
    assert looks[0] == looks[1]
    assert "还有 3 个自提点" in says(browser_of(many.buyer).get(f"/orders/{many.number}/point/"))


def test_bobs_browser_and_program_find_nothing() -> None:
    """A5: Alice's order is not there for him."""
    order = joined("B 西门")
    bob, code = make_user(name="Bob"), code_of(order, "B 西门")
    path = f"/orders/{order.number}/point/"
    assert browser_of(bob).get(path).status_code == 404
    assert browser_of(bob).post(path, {"where": f"point:{code}"}).status_code == 404
    answer = Program(bob).tell(f"orders/{order.number}/pickup-point/", {"pickup_point": code})
    is_problem(answer, 404, "unknown_order")
    order.refresh_from_db()
    assert str(order.pickup_point) == "A 东门"


def test_a_program_moves_it_until_it_is_closed() -> None:
    """K4: the order as it is now comes back; afterwards a 409 with its code."""
    order = joined("B 西门")
    alice, path = Program(order.buyer), f"orders/{order.number}/pickup-point/"
    east, west = code_of(order, "A 东门"), code_of(order, "B 西门")

    answer = alice.tell(path, {"pickup_point": west}, key=None)

    assert (answer.status_code, answer.json()["pickup_point"]["code"]) == (200, west)
    is_problem(alice.tell(path, {"pickup_point": "7K2M7K2M"}), 400, "unknown_pickup_point")
    shut(order, timezone.now())
    is_problem(alice.tell(path, {"pickup_point": east}), 409, "cannot_move")
    order.refresh_from_db()
    assert str(order.pickup_point) == "B 西门"
