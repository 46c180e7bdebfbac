"""E3, the money side: what a merchant gives back of an order that went on, and what the rule gives back at once."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from campaigns.services.settling import settle
from common import events
from common.models import AuditEntry
from notifications.models import Message
from orders.errors import MoreThanLeft, NoSuchOrder, NotByRule, NothingToRefund, NotRefundable
from orders.models import Order, QuickRefund, RefundLine
from orders.selectors.after_sales import left_of, share_of
from orders.services.after_sales import refund_lines
from orders.services.completing import complete_due
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.quick_refunds import refund_by_rule
from payments.models import Refund
from payments.selectors.ledger import money_of
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, make_open
from tests.factories.orders import make_received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


def prepared(alice: User, *, now: dt.datetime, prices_fen=(2990, 2690, 2390), pieces: int = 2) -> Order:
    """Alice paid ¥29.90 for each of two; five made it, so ¥3.00 of each came back; the goods are being prepared."""
    campaign = make_open(now=now - DAY, prices_fen=prices_fen)
    order = join_and_pay(alice, campaign, pieces, now=now - DAY)
    fill(campaign, 5 - pieces, now=now - DAY)
    settle(campaign_id=campaign.pk, now=now)
    order.refresh_from_db()
    return order


def received(alice: User, *, now: dt.datetime, **changes) -> Order:
    """The same, fetched just now."""
    order = prepared(alice, now=now, **changes)
    owner = owner_of(order.merchant)
    mark_ready(merchant=order.merchant, numbers=[order.number], actor_id=owner.pk, now=now)
    order.refresh_from_db()
    verify_pickup(actor=owner, code=order.pickup_code, now=now)
    order.refresh_from_db()
    return order


def refund(order: Order, fen: int, *, now: dt.datetime, **changes) -> list[Refund]:
    """So much of its only line."""
    line = order.lines.get()
    wanted: dict[str, Any] = {
        "by_line": {line.pk: fen},
        "reason": "坏了 1 个",
        "actor_id": owner_of(order.merchant).pk,
    } | changes
    return refund_lines(merchant=order.merchant, number=order.number, now=now, **wanted)


class TestByTheMerchant:
    def test_a_part_goes_back_and_everybody_knows(self, alice: User, now: dt.datetime) -> None:
        """E3, F2: to the fen, on the line, in the ledger, in the trail and in Alice's inbox."""
        order = prepared(alice, now=now)
        [made] = refund(order, 1000, now=now)
        line = order.lines.get()
        assert (made.kind, made.amount_fen, made.reason) == ("after_sales", 1000, "坏了 1 个")
        assert (line.paid_fen, line.refunded_fen) == (5980, 600 + 1000)
        assert RefundLine.objects.get(refund=made).line == line
        money = money_of("order", [order.number])
        assert (money.captured_fen, money.in_flight_fen, money.held_fen) == (5980, 1600, 4380)
        written = AuditEntry.objects.get(action="order.refund")
        assert (written.subject, written.actor) == (f"order:{order.number}", owner_of(order.merchant))
        assert written.detail == {"amount_fen": 1000, "refunds": [made.number]}
        events.drain(now=now)
        told = Message.objects.get(recipient=alice, kind="after_sales_refund")
        assert told.title == "售后退款 ¥10.00 已经在路上"
        assert "坏了 1 个" in told.body

    def test_again_and_again_until_nothing_is_left(self, alice: User, now: dt.datetime) -> None:
        order = prepared(alice, now=now)
        for fen in (2000, 3000, 380):
            refund(order, fen, now=now)
        with pytest.raises(MoreThanLeft) as refused:
            refund(order, 1, now=now)
        assert refused.value.params["left_fen"] == 0
        assert order.lines.get().refunded_fen == 5980
        assert money_of("order", [order.number]).held_fen == 0

    def test_a_fen_more_than_is_left_is_refused_with_the_sum(self, alice: User, now: dt.datetime) -> None:
        order = prepared(alice, now=now)
        with pytest.raises(MoreThanLeft) as refused:
            refund(order, 5381, now=now)
        assert str(refused.value) == "最多还能退 ¥53.80"
        assert not Refund.objects.filter(kind="after_sales").exists()

    @pytest.mark.parametrize("fen", [0, -1])
    def test_nothing_is_no_refund(self, alice: User, now: dt.datetime, fen: int) -> None:
        with pytest.raises(NothingToRefund):
            refund(prepared(alice, now=now), fen, now=now)

    def test_less_than_nothing_of_one_line_pays_for_no_other(self, alice: User, now: dt.datetime) -> None:
        order = prepared(alice, now=now)
        with pytest.raises(NothingToRefund):
            refund(order, 500, freight_fen=-100, now=now)

    def test_an_order_that_waits_for_its_campaign_is_cancelled_as_a_whole_instead(
        self, alice: User, now: dt.datetime
    ) -> None:
        order = join_and_pay(alice, make_open(now=now), 1, now=now)
        with pytest.raises(NotRefundable):
            refund(order, 100, now=now)

    def test_another_merchant_finds_no_such_order(self, alice: User, now: dt.datetime) -> None:
        order, rival = prepared(alice, now=now), make_merchant("隔壁")
        with pytest.raises(NoSuchOrder):
            refund_lines(
                merchant=rival,
                number=order.number,
                by_line={order.lines.get().pk: 100},
                reason="x",
                actor_id=owner_of(rival).pk,
                now=now,
            )

    def test_a_line_of_another_order_is_not_there(self, alice: User, now: dt.datetime) -> None:
        order, other = prepared(alice, now=now), prepared(make_user(name="Bob"), now=now)
        with pytest.raises(NoSuchOrder):
            refund(order, 0, by_line={other.lines.get().pk: 100}, now=now)
        assert not Refund.objects.filter(kind="after_sales").exists()

    def test_the_shelf_does_not_move(self, alice: User, now: dt.datetime) -> None:
        order = prepared(alice, now=now)
        stock = order.lines.get().sku.stock
        before = (stock.available, stock.allotted, stock.sold)
        refund(order, 5380, now=now)
        stock.refresh_from_db()
        assert (stock.available, stock.allotted, stock.sold) == before

    def test_pieces_cost_what_they_cost_once_the_price_had_come_down(self, alice: User, now: dt.datetime) -> None:
        """¥53.80 for two: one is ¥26.90; what went back before is not given twice."""
        order = prepared(alice, now=now)
        [line] = left_of(order).lines
        assert (line.fen_of(1), line.fen_of(2)) == (2690, 5380)
        refund(order, 4000, now=now)
        [line] = left_of(order).lines
        assert (line.fen_of(1), line.fen_of(2)) == (1380, 1380)


class TestByTheRule:
    """E3: be refunded at once where rules allow."""

    @pytest.fixture
    def order(self, alice: User, now: dt.datetime) -> Order:
        """Two at ¥9.90."""
        return received(alice, now=now, prices_fen=(1290, 990, 890))

    def ask(self, order: Order, *, pieces: int = 1, now: dt.datetime, buyer: User | None = None) -> list[Refund]:
        return refund_by_rule(
            buyer=buyer or order.buyer,
            number=order.number,
            line_id=order.lines.get().pk,
            pieces=pieces,
            reason="坏了",
            now=now,
        )

    def test_a_broken_piece_is_paid_back_at_once(self, order: Order, alice: User, now: dt.datetime) -> None:
        [made] = self.ask(order, now=now + HOUR)
        assert (made.kind, made.amount_fen, made.status) == ("after_sales", 990, "requested")
        quick = QuickRefund.objects.get()
        assert (quick.buyer, quick.pieces, quick.amount_fen) == (alice, 1, 990)
        assert AuditEntry.objects.get(action="order.refund").actor == alice
        events.drain(now=now + HOUR)
        assert Message.objects.filter(recipient=alice, title="售后退款 ¥9.90 已经在路上").exists()
        told = Message.objects.get(recipient=owner_of(order.merchant), kind="merchant_quick_refund")
        assert told.title == "买家申请小额售后，已自动退 ¥9.90"

    def test_once_for_each_order(self, order: Order, now: dt.datetime) -> None:
        self.ask(order, now=now)
        with pytest.raises(NotByRule) as refused:
            self.ask(order, now=now)
        assert "这单已经退过一次了" in str(refused.value)
        assert Refund.objects.filter(kind="after_sales").count() == 1

    def test_not_after_the_merchant_has_given_something_back(self, order: Order, now: dt.datetime) -> None:
        refund(order, 100, now=now)
        with pytest.raises(NotByRule):
            self.ask(order, now=now)

    def test_up_to_48_hours_and_no_second_longer(self, order: Order, now: dt.datetime) -> None:
        with pytest.raises(NotByRule) as refused:
            self.ask(order, now=now + 48 * HOUR)
        assert "取货超过 48 小时了" in str(refused.value)
        assert self.ask(order, now=now + 48 * HOUR - dt.timedelta(seconds=1))

    def test_above_the_limit_the_merchant_decides(self, order: Order, now: dt.datetime, settings) -> None:
        settings.AUTO_REFUND_MOST_FEN = 1979
        with pytest.raises(NotByRule) as refused:
            self.ask(order, pieces=2, now=now)
        assert str(refused.value) == "不能自动退款：超过 ¥19.79 的要商家确认。请联系商家"
        settings.AUTO_REFUND_MOST_FEN = 1980
        assert self.ask(order, pieces=2, now=now)[0].amount_fen == 1980

    def test_before_it_was_fetched_there_is_nothing_to_complain_about(self, alice: User, now: dt.datetime) -> None:
        with pytest.raises(NotByRule):
            self.ask(prepared(alice, now=now, prices_fen=(1290, 990, 890)), now=now)

    def test_so_often_in_thirty_days(self, alice: User, now: dt.datetime, settings) -> None:
        settings.AUTO_REFUNDS_PER_BUYER = 2
        orders = [received(alice, now=now, prices_fen=(1290, 990, 890)) for _each in range(3)]
        for order in orders[:2]:
            self.ask(order, now=now)
        with pytest.raises(NotByRule) as refused:
            self.ask(orders[2], now=now + HOUR)
        assert "次数用完了" in str(refused.value)
        QuickRefund.objects.update(granted_at=now - 30 * DAY)
        assert self.ask(orders[2], now=now + HOUR)

    @pytest.mark.parametrize("pieces", [0, 3])
    def test_pieces_that_are_not_in_the_order(self, order: Order, now: dt.datetime, pieces: int) -> None:
        with pytest.raises(NoSuchOrder):
            self.ask(order, pieces=pieces, now=now)

    def test_somebody_elses_order_is_not_there(self, order: Order, now: dt.datetime) -> None:
        with pytest.raises(NoSuchOrder):
            self.ask(order, now=now, buyer=make_user(name="Bob"))


def test_what_comes_back_after_completion_is_taken_from_each_as_the_page_said(alice: User, now: dt.datetime) -> None:
    """E3, F2, F4: ¥10.00 of ¥59.80 come back when all is settled: merchant, leader and platform give up their parts."""
    order = make_received(alice, now=now)
    over = order.received_at + 30 * DAY if order.received_at else now
    complete_due(now=over)
    order.refresh_from_db()
    assert order.status == "completed"
    before, line = money_of("order", [order.number]), order.lines.get()
    said = share_of(order, by_line={line.pk: 1000}, freight_fen=0)
    refund(order, 1000, now=over)
    after = money_of("order", [order.number])
    assert (said.merchant_fen, said.leader_fen, said.fee_fen) == (930, 50, 20)
    assert before.merchant_fen - after.merchant_fen == said.merchant_fen
    assert before.commission_fen - after.commission_fen == said.leader_fen
    assert before.fee_fen - after.fee_fen == said.fee_fen
    assert (after.in_flight_fen, after.held_fen) == (1000, 0)
