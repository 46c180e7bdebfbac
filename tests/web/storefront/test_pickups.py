"""D5: whoever leads the point, or works for the merchant, hands goods over; the list says what lies there."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from orders.errors import UnknownPickupCode
from orders.models import Order, PickupPoint
from orders.services.fulfilment import verify_pickup
from orders.services.pickup_points import switch_point
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open, make_point
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of
from tests.web.storefront.test_orders import bring_to_point
from tests.web.test_scanning import photograph

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
SCAN = "/pickups/scan/"


def waiting(pieces: int = 3) -> tuple[User, Order]:
    """Her leader, and an order of 林小满 that has arrived at the east gate."""
    leader, merchant = make_user(name="周姐"), make_merchant()
    campaign = make_open(merchant, points=[make_point(merchant, leader=leader)])
    order = join_and_pay(make_user(name="林小满"), campaign, pieces)
    bring_to_point(order)
    return leader, order


def point_of(order: Order) -> PickupPoint:
    assert order.pickup_point is not None
    return order.pickup_point


def status_of(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def confirm(browser: Client, order: Order) -> dict[str, str]:
    """What the button 确认交货 sends."""
    page = browser.post("/pickups/", {"code": order.pickup_code})
    return {
        "code": hidden(page, "code"),
        "confirmed": hidden(page, "confirmed"),
        "idempotency_key": hidden(page, "idempotency_key"),
    }


class TestHandingOver:
    def test_a_code_first_shows_whose_it_is_and_then_hands_over(self) -> None:
        """D5: a wrong code is seen before anything changes hands."""
        leader, order = waiting()
        browser = browser_of(leader)

        look = browser.post("/pickups/", {"code": f"{order.pickup_code[:4]} {order.pickup_code[4:]}"})

        assert f"林** 尾号 {order.buyer.phone_tail}" in says(look)
        assert "× 3" in says(look)
        assert "还没有交货" in says(look)
        assert "林小满" not in text_of(look)
        assert status_of(order) == OrderStatus.READY

        done = browser.post("/pickups/", confirm(browser, order), follow=True)

        assert done.redirect_chain == [(f"/pickups/{order.number}/", 302)]
        assert "核对无误，把货交给他" in says(done)
        assert [line for line, _picture in done.context["goods"]] == list(order.lines.all())
        assert status_of(order) == OrderStatus.RECEIVED

    def test_the_same_press_twice_leads_to_the_same_page(self) -> None:
        leader, order = waiting()
        browser = browser_of(leader)
        form = confirm(browser, order)
        first, second = browser.post("/pickups/", form), browser.post("/pickups/", form)
        assert first["Location"] == second["Location"] == f"/pickups/{order.number}/"

    def test_a_used_code_says_when_it_was_used(self) -> None:
        leader, order = waiting()
        browser = browser_of(leader)
        browser.post("/pickups/", confirm(browser, order))
        Order.objects.filter(pk=order.pk).update(received_at=dt.datetime(2026, 11, 24, 8, 20, tzinfo=dt.UTC))
        page = browser.post("/pickups/", {"code": order.pickup_code})
        assert "这单 11 月 24 日 16:20 已取走" in says(page)

    @pytest.mark.parametrize("code", ["0000 0000", "1234", "取货码"])
    def test_a_wrong_code_is_said_at_its_field(self, code: str) -> None:
        leader, order = waiting()
        page = browser_of(leader).post("/pickups/", {"code": code})
        assert "没有这个取货码，核对一下后四位" in says(page)
        assert status_of(order) == OrderStatus.READY

    def test_no_code_asks_for_one(self) -> None:
        leader, _order = waiting()
        assert "输入 8 位取货码" in says(browser_of(leader).post("/pickups/", {"code": ""}))

    def test_the_picture_opened_by_any_camera_shows_the_order_and_changes_nothing(self) -> None:
        leader, order = waiting()
        page = browser_of(leader).get("/pickups/", {"code": order.pickup_code})
        assert hidden(page, "code") == order.pickup_code
        assert "确认交货" in says(page)
        assert status_of(order) == OrderStatus.READY

    def test_the_leader_of_another_point_gets_nowhere(self) -> None:
        _leader, order = waiting()
        other = make_user(name="老方")
        make_point(make_merchant("别家"), "别处", leader=other)
        browser, point = browser_of(other), point_of(order)
        for form in ({"code": order.pickup_code}, {"code": order.pickup_code, "confirmed": "1"}):
            assert "没有这个取货码" in says(browser.post("/pickups/", form))
        assert browser.get(f"/pickups/{order.number}/").status_code == 404
        assert "没有要分的货" in says(browser.get("/pickups/list/", {"point": point.code}))
        assert status_of(order) == OrderStatus.READY

    @pytest.mark.parametrize(("role", "hands_over"), [("warehouse", True), ("support", False), ("finance", False)])
    def test_of_the_staff_those_hand_over_who_handle_goods(self, role: str, hands_over: bool) -> None:
        """D5 A5: who only answers or counts money takes no goods from the table."""
        _leader, order = waiting()
        browser = browser_of(make_staff(order.merchant, role))
        answer = browser.post("/pickups/", {"code": order.pickup_code})
        assert answer.status_code == (200 if hands_over else 404)
        if hands_over:
            assert browser.post("/pickups/", confirm(browser, order)).status_code == 302
        else:
            with pytest.raises(UnknownPickupCode):
                verify_pickup(actor=make_staff(order.merchant, role), code=order.pickup_code, now=timezone.now())
        assert (status_of(order) == OrderStatus.RECEIVED) is hands_over

    @pytest.mark.parametrize("path", ["/pickups/", SCAN, "/pickups/list/"])
    def test_who_hands_nothing_over_does_not_find_the_pages(self, path: str) -> None:
        neighbour = browser_of(make_user())
        assert neighbour.get(path).status_code == 404
        assert neighbour.post(path, {"code": "48210937"}).status_code == 404


class TestScanning:
    def test_a_photograph_of_the_code_shows_the_order(self) -> None:
        """D5: the server reads it; nothing is handed over by looking."""
        leader, order = waiting()
        address = f"http://testserver/pickups/?code={order.pickup_code}"
        page = browser_of(leader).post(SCAN, {"photograph": photograph(address)})
        assert hidden(page, "code") == order.pickup_code
        assert status_of(order) == OrderStatus.READY

    def test_what_cannot_be_read_is_said_at_its_field_with_the_way_on(self) -> None:
        leader, _order = waiting()
        browser = browser_of(leader)
        assert "照片里没找到二维码" in says(browser.post(SCAN, {"photograph": photograph()}))
        assert "这个二维码不是取货码" in says(browser.post(SCAN, {"photograph": photograph("https://other.example/")}))
        no_picture = SimpleUploadedFile("code.jpg", b"%PDF-1.7", content_type="image/jpeg")
        assert "图片读不出来" in says(browser.post(SCAN, {"photograph": no_picture}))
        assert "先拍一张，或选一张照片" in says(browser.post(SCAN))
        assert "没有这个取货码" in says(browser.post(SCAN, {"photograph": photograph("00000000")}))

    def test_the_camera_is_loaded_on_this_page_alone(self) -> None:
        leader, _order = waiting()
        browser = browser_of(leader)
        assert "js/scan.js" in text_of(browser.get(SCAN))
        assert "js/scan.js" not in text_of(browser.get("/pickups/"))


class TestThePickingList:
    def test_the_leader_sees_what_to_sort_and_for_whom(self) -> None:
        """D5: product × pieces, then code tail, masked name, phone tail; ticked when taken."""
        leader, order = waiting()
        browser = browser_of(leader)
        page = browser.get("/pickups/list/")
        line = order.lines.get()
        assert f"{line.product_name} {line.specification} × 3" in says(page)
        assert f"{order.pickup_code[-4:]} 林** {order.buyer.phone_tail}" in says(page)
        assert order.pickup_code not in text_of(page)
        assert "1 单，共 3 件" in says(page)

        browser.post("/pickups/", confirm(browser, order))
        assert "没有要分的货" in says(browser.get("/pickups/list/"))

    def test_one_campaign_at_a_time_keeps_what_was_fetched_ticked(self) -> None:
        leader, order = waiting()
        campaign, browser = order.source_code, browser_of(leader)
        other = join_and_pay(make_user(name="王小明"), make_open(order.merchant, points=[point_of(order)]), 4)
        bring_to_point(other)
        page = browser.get("/pickups/list/", {"campaign": campaign})
        assert "林**" in says(page)
        assert "王**" not in says(page)
        assert "已取 0 单" in says(page)
        assert "王**" in says(browser.get("/pickups/list/", {"campaign": "NOWHERE"}))

    def test_a_point_that_was_switched_off_is_sorted_until_nothing_waits_there(self) -> None:
        leader, order = waiting()
        point = point_of(order)
        switch_point(point=point, is_active=False, actor_id=owner_of(order.merchant).pk)
        browser = browser_of(leader)
        assert "林** " in says(browser.get("/pickups/list/"))
        assert browser.post("/pickups/", confirm(browser, order)).status_code == 302
        assert browser.get("/pickups/list/").status_code == 404, "nothing is left for her to do"

    def test_staff_choose_among_the_points_of_their_merchant(self) -> None:
        _leader, order = waiting()
        east, west = point_of(order), make_point(order.merchant, "西门")
        owner = browser_of(order.merchant.staff.get().user)
        assert "没有要分的货" in says(owner.get("/pickups/list/", {"point": west.code}))
        assert "林**" in says(owner.get("/pickups/list/", {"point": east.code}))

    def test_queries_do_not_grow_with_orders(self) -> None:
        """No query in a loop."""
        leader, order = waiting()
        few = queries_of(browser_of(leader), "/pickups/list/")
        for _number in range(2):
            more = join_and_pay(make_user(), make_open(order.merchant, points=[point_of(order)]), 3)
            bring_to_point(more)
        assert queries_of(browser_of(leader), "/pickups/list/") == few


def test_orders_that_wait_are_listed_with_the_page() -> None:
    leader, _order = waiting()
    page = browser_of(leader).get("/pickups/")
    assert "林**" in says(page)
    assert "林小满" not in text_of(page)
