"""E3, the money side: a merchant gives back part of an order, over pages and over the API, to the fen."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Merchant, User
from accounts.states import StaffRole
from campaigns.services.settling import settle
from common.models import AuditEntry
from orders.models import Order
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, make_open
from tests.web.api.conftest import Program, is_problem
from tests.web.backoffice.desks import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def order(merchant: Merchant) -> Order:
    """Alice's: two at ¥29.90, ¥6.00 of it came back; ¥53.80 are left."""
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    order = join_and_pay(make_user(name="Alice"), campaign, 2, now=timezone.now() - 28 * HOUR)
    fill(campaign, 3, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    order.refresh_from_db()
    return order


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


def typed(order: Order, yuan: str, **changes: str) -> dict[str, str]:
    line = order.lines.get()
    return {f"line_{line.pk}": yuan, "why": "broken", "note": "两个烂了", "idempotency_key": "once"} | changes


def given_back() -> list[tuple[int, str]]:
    return list(Refund.objects.filter(kind="after_sales").values_list("amount_fen", "reason"))


class TestOnPages:
    def test_first_the_numbers_then_the_deed(self, desk: Desk, order: Order) -> None:
        path = f"orders/{order.number}/refund/"
        assert "售后退款" in desk.read(f"orders/{order.number}/")
        assert "这单最多还能退 ¥53.80" in desk.read(path)

        asked = words(desk.post(path, fields=typed(order, "10.5")))
        assert "退 ¥10.50？" in asked
        assert "退完还剩</dt><dd>¥43.30" in asked
        assert "坏了：两个烂了" in asked
        assert given_back() == []

        for _press in range(2):
            answer = desk.post(path, fields=typed(order, "10.5", sure="1"))
            assert answer.headers["Location"] == desk.url(f"orders/{order.number}/")
        assert given_back() == [(1050, "坏了：两个烂了")]
        assert AuditEntry.objects.get(action="order.refund").actor == desk.person
        page = desk.read(f"orders/{order.number}/")
        assert "已提交退款，买家会收到消息" in page
        assert "−¥10.50" in page

    def test_what_leader_and_platform_lose_is_said(self, desk: Desk, order: Order) -> None:
        """A completed order's refund is clawed back from each by what they got of it."""
        Order.objects.filter(pk=order.pk).update(leader=make_user(name="Lena"), leader_rate_bp=500, platform_fee_bp=200)
        asked = words(desk.post(f"orders/{order.number}/refund/", fields=typed(order, "10")))
        for word, yuan in (("你的货款", "9.30"), ("团长佣金", "0.50"), ("平台服务费", "0.20")):
            assert f'{word}</dt><dd class="lines__off">−¥{yuan}' in asked

    @pytest.mark.parametrize(
        ("yuan", "said"),
        [("53.81", "最多还能退 ¥53.80"), ("", "写上要退多少"), ("0", "写上要退多少"), ("一", "两位小数")],
    )
    def test_what_cannot_be_is_said_where_it_was_typed(self, desk: Desk, order: Order, yuan: str, said: str) -> None:
        page = words(desk.post(f"orders/{order.number}/refund/", fields=typed(order, yuan, sure="1")))
        assert said in page
        assert "两个烂了" in page
        assert given_back() == []

    def test_where_nothing_is_left_there_is_no_form(self, desk: Desk, order: Order) -> None:
        path = f"orders/{order.number}/refund/"
        desk.post(path, fields=typed(order, "53.80", sure="1"))
        assert desk.get(path).headers["Location"] == desk.url(f"orders/{order.number}/")
        assert path not in desk.read(f"orders/{order.number}/")

    @pytest.mark.parametrize("role", [StaffRole.WAREHOUSE, StaffRole.SUPPORT])
    def test_who_does_not_hold_the_money_gives_none(self, merchant: Merchant, order: Order, role: StaffRole) -> None:
        """A5."""
        desk = Desk(make_staff(merchant, role), merchant)
        assert desk.post(f"orders/{order.number}/refund/", fields=typed(order, "1", sure="1")).status_code == 403
        assert given_back() == []

    def test_finance_may(self, merchant: Merchant, order: Order) -> None:
        desk = Desk(make_staff(merchant, StaffRole.FINANCE), merchant)
        desk.post(f"orders/{order.number}/refund/", fields=typed(order, "1", sure="1"))
        assert given_back() == [(100, "坏了：两个烂了")]


class TestOverTheApi:
    def ask(self, order: Order, *, key: str | None = "", who: User | None = None, **body: Any) -> Any:
        line = {"sku": order.lines.get().sku.code, "amount_fen": 1050}
        program = Program(who or owner_of(order.merchant))
        path = f"merchant/orders/{order.number}/refunds/"
        return program.tell(path, {"lines": [line], "reason": "坏了"} | body, key=key)

    def test_the_same_key_gives_back_once(self, order: Order) -> None:
        first, second = self.ask(order, key="k"), self.ask(order, key="k")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert [(told["kind"], told["amount_fen"]) for told in first.json()] == [
            ("tier_difference", 600),
            ("after_sales", 1050),
        ]
        assert given_back() == [(1050, "坏了")]

    def test_by_pieces(self, order: Order) -> None:
        code = order.lines.get().sku.code
        self.ask(order, lines=[{"sku": code, "pieces": 1}])
        assert given_back() == [(2690, "坏了")]

    def test_without_a_key_nothing_happens(self, order: Order) -> None:
        is_problem(self.ask(order, key=None), 400, "idempotency_key_missing")
        assert given_back() == []

    def test_more_than_is_left(self, order: Order) -> None:
        code = order.lines.get().sku.code
        problem = is_problem(self.ask(order, lines=[{"sku": code, "amount_fen": 5381}]), 409, "more_than_left")
        assert problem["params"]["left_fen"] == 5380
        assert given_back() == []

    @pytest.mark.parametrize(
        "line",
        [{"amount_fen": 1, "pieces": 1}, {}, {"pieces": 3}, {"amount_fen": 0}, {"sku": "0000000000", "pieces": 1}],
    )
    def test_lines_that_make_no_sense(self, order: Order, line: dict[str, Any]) -> None:
        asked = {"sku": order.lines.get().sku.code} | line
        assert self.ask(order, lines=[asked]).status_code == 400
        assert given_back() == []

    def test_support_gives_nothing_and_finance_may(self, order: Order) -> None:
        """A5."""
        assert self.ask(order, who=make_staff(order.merchant, StaffRole.SUPPORT)).status_code == 403
        assert self.ask(order, who=make_staff(order.merchant, StaffRole.FINANCE)).status_code == 201
