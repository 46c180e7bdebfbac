"""E3: where my money is, step by step: worked out, handed in, arrived; the way it takes and by when."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Merchant, User
from campaigns.services.leaving import withdraw
from common.models import OutboxEvent
from orders.models import Order
from payments.gateways.base import GatewayRefund
from payments.models import Refund
from payments.services.rescuing import give_to_balance
from payments.services.returning import confirm_refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from tests.factories.accounts import make_operator, make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.fixtures.gateways import ScriptedGateway
from tests.orders.test_after_sales import received
from tests.web.api.conftest import Program, is_problem
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


def left(alice: User) -> Order:
    """She paid ¥59.80 and left: all of it comes back."""
    order = join_and_pay(alice, make_open(), 2)
    return withdraw(buyer=alice, order=order, now=timezone.now())


def spoil(refund: Refund) -> None:
    """The gateway cannot give it back."""
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.SENT, sent_at=timezone.now())
    confirm_refund(refund_id=refund.pk, fact=GatewayRefund(RefundStatus.ABNORMAL), now=timezone.now())


def steps_of(page: str) -> list[str]:
    """The words of the steps that are behind us."""
    return [part.split("</strong>")[0].split("<strong>")[1] for part in page.split("data-done")[1:]]


def test_alice_watches_her_money_come_back(alice: User) -> None:
    order, browser = left(alice), browser_of(alice)
    page = browser.get(f"/orders/{order.number}/")
    assert steps_of(text_of(page)) == ["已算清"]
    assert "原路退回scripted，马上提交给支付渠道，最晚 明" in says(page)

    ScriptedGateway.silent = True
    send_due(now=timezone.now())
    assert steps_of(text_of(browser.get(f"/orders/{order.number}/"))) == ["已算清", "已提交"]

    ScriptedGateway.silent = False
    send_due(now=timezone.now() + DAY / 2)
    page = browser.get(f"/orders/{order.number}/")
    assert steps_of(text_of(page)) == ["已算清", "已提交", "scripted已到账"]
    assert "最晚" not in says(page)


def test_what_is_stuck_says_so_and_whom_to_call(alice: User, settings) -> None:
    settings.PLATFORM_PHONE = "400 000 0000"
    order, browser = left(alice), browser_of(alice)
    Refund.objects.update(requested_at=timezone.now() - DAY - dt.timedelta(minutes=1))
    page = browser.get(f"/orders/{order.number}/")
    assert "超过 24 小时没到账，我们正在跟银行核对。 联系平台 400 000 0000" in says(page)
    assert 'href="tel:4000000000"' in text_of(page)


def test_what_the_gateway_could_not_give_back_says_so_before_the_day_is_over(alice: User) -> None:
    order, browser = left(alice), browser_of(alice)
    spoil(Refund.objects.get())
    page = says(browser.get(f"/orders/{order.number}/"))
    assert "没能退成，我们正在跟银行核对" in page
    assert "联系平台" not in page
    assert OutboxEvent.objects.filter(name="payments.RefundAbnormal").count() == 1


def test_what_went_to_the_balance_instead_says_where_it_is(alice: User) -> None:
    order, browser = left(alice), browser_of(alice)
    refund = Refund.objects.get()
    spoil(refund)
    refund.refresh_from_db()
    give_to_balance(refund=refund, note="", actor_id=make_operator().pk, now=timezone.now())
    page = browser.get(f"/orders/{order.number}/")
    assert steps_of(text_of(page)) == ["已算清", "已提交", "余额已到账"]
    assert "退出退款 ¥59.80 已退回余额" in says(page)


def test_all_my_refunds_on_one_page_and_nobody_elses(alice: User) -> None:
    """E3: reached from 我的; sums up what is on its way."""
    left(alice)
    other = left(make_user(name="Bob"))
    browser = browser_of(alice)
    assert "我的退款 1 笔在路上" in says(browser.get("/me/"))
    page = browser.get("/me/refunds/")
    assert "1 笔在路上，共 ¥59.80" in says(page)
    assert "退出退款 · 原路退回scripted" in says(page)
    assert other.number not in text_of(page)
    send_due(now=timezone.now())
    later = says(browser.get("/me/refunds/"))
    assert "在路上" not in later
    assert "已到账" in later


def test_without_refunds_the_page_shows_a_way_on(alice: User) -> None:
    assert "没有退款" in says(browser_of(alice).get("/me/refunds/"))


def test_queries_do_not_grow_with_refunds(alice: User) -> None:
    left(alice)
    browser = browser_of(alice)
    before = queries_of(browser, "/me/refunds/")
    for _more in range(3):
        left(alice)
    assert queries_of(browser, "/me/refunds/") == before


def test_a_program_reads_the_same_steps(alice: User) -> None:
    """E3, K: the steps with their instants; strangers find nothing."""
    order = left(alice)
    [told] = Program(alice).ask(f"orders/{order.number}/refunds/").json()
    assert (told["kind"], told["amount_fen"], told["route"], told["is_late"]) == ("left", 5980, "original", False)
    assert [(step["name"], step["is_done"]) for step in told["steps"]] == [
        ("worked_out", True),
        ("handed_in", False),
        ("arrived", False),
    ]
    assert dt.datetime.fromisoformat(told["expected_at"]) - dt.datetime.fromisoformat(told["requested_at"]) == DAY
    send_due(now=timezone.now())
    [told] = Program(alice).ask(f"orders/{order.number}/refunds/").json()
    assert (told["status"], told["expected_at"], all(step["is_done"] for step in told["steps"])) == ("done", None, True)
    assert Program(make_user(name="Bob")).ask(f"orders/{order.number}/refunds/").status_code == 404


class TestAskingForASmallAmount:
    """E3: be refunded at once where rules allow."""

    @pytest.fixture
    def order(self, alice: User) -> Order:
        """Two at ¥9.90, fetched just now."""
        return received(alice, now=timezone.now(), prices_fen=(1290, 990, 890))

    def path(self, order: Order) -> str:
        return f"/orders/{order.number}/refund/"

    def typed(self, order: Order, **changes: str) -> dict[str, str]:
        line = order.lines.get()
        return {
            "line": str(line.pk),
            "pieces": "1",
            "why": "broken",
            "note": "压烂了",
            "idempotency_key": "k",
        } | changes

    def test_one_of_two_is_broken_and_paid_back_at_once(self, alice: User, order: Order) -> None:
        browser = browser_of(alice)
        assert "少了、坏了？申请退款" in says(browser.get(f"/orders/{order.number}/"))
        assert "¥9.90 一件" in says(browser.get(self.path(order)))
        for _press in range(2):
            answer = browser.post(self.path(order), self.typed(order))
            assert (answer.status_code, answer["Location"]) == (303, f"/orders/{order.number}/")
        refund = Refund.objects.get(kind="after_sales")
        assert (refund.amount_fen, refund.reason) == (990, "坏了：压烂了")
        page = says(browser.get(f"/orders/{order.number}/"))
        assert "售后退款 ¥9.90 已算清" in page
        assert "这单已经退过一次了" in says(browser.get(self.path(order)))

    def test_above_the_limit_the_page_says_whom_to_call(self, alice: User, order: Order, settings) -> None:
        settings.AUTO_REFUND_MOST_FEN = 900
        Merchant.objects.update(service_phone="400 820 8820")
        page = says(browser_of(alice).post(self.path(order), self.typed(order)))
        assert "超过 ¥9.00 的要商家确认" in page
        assert "400 820 8820" in page
        assert not Refund.objects.filter(kind="after_sales").exists()

    def test_too_late_there_is_no_form_but_a_number_to_call(self, alice: User, order: Order) -> None:
        Merchant.objects.update(service_phone="400 820 8820")
        Order.objects.update(received_at=timezone.now() - 2 * DAY)
        page = browser_of(alice).get(self.path(order))
        assert "取货超过 48 小时了" in says(page)
        assert "400 820 8820" in says(page)
        assert 'name="pieces"' not in text_of(page)

    def test_more_pieces_than_were_bought(self, alice: User, order: Order) -> None:
        assert "只买了 2 件" in says(browser_of(alice).post(self.path(order), self.typed(order, pieces="3")))

    def test_a_program_asks_as_well_once_for_each_key(self, alice: User, order: Order) -> None:
        path = f"orders/{order.number}/refunds/"
        body = {"sku": order.lines.get().sku.code, "pieces": 1, "reason": "坏了"}
        first, second = (Program(alice).tell(path, body, key="k") for _time in range(2))
        assert (first.status_code, first.json()) == (201, second.json())
        assert [told["amount_fen"] for told in first.json() if told["kind"] == "after_sales"] == [990]
        again = is_problem(Program(alice).tell(path, body), 409, "not_by_rule")
        assert "这单已经退过一次了" in again["detail"]
        assert Program(alice).tell(path, body | {"sku": "0000000000"}).status_code == 404

    def test_somebody_elses_order_is_not_there(self, order: Order) -> None:
        bob = browser_of(make_user(name="Bob"))
        assert bob.get(self.path(order)).status_code == 404
        assert bob.post(self.path(order), self.typed(order)).status_code == 404
        assert not Refund.objects.filter(kind="after_sales").exists()
