"""F5: an order paid partly or wholly from its buyer's balance, and refunds that go there."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import CampaignProgress
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from common.models import Transition
from notifications.models import Message
from orders.errors import BadBalanceAmount, NotPayable, PaymentUnderWay
from orders.locks import SUBJECT
from orders.models import Order, RefundLine
from orders.services.ending import cancel_unpaid, expire, expire_due
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund, refund_orders
from orders.states import OrderStatus
from payments.errors import NotEnoughBalance, PaymentInProgress
from payments.gateways.base import GatewayPayment
from payments.models import LedgerTransaction, Payment, Refund
from payments.selectors.balance import balance_of
from payments.selectors.ledger import Money, money_of
from payments.services.capturing import confirm
from payments.services.querying import resolve
from payments.states import PaymentStatus, RefundKind, RefundRoute
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_as, make_open
from tests.factories.payouts import give_balance
from tests.fixtures.gateways import NAME, ScriptedGateway, capture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def order(now: dt.datetime) -> Order:
    """Alice's order of two boxes, ¥59.80, to be paid within fifteen minutes; she has a balance of ¥12.00."""
    alice = make_user(name="Alice")
    give_balance(alice, 1200)
    return join_as(alice, make_open(now=now), 2, now=now)


def status(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def money(order: Order) -> Money:
    return money_of(SUBJECT, [order.number])


def refunds() -> list[tuple[str, str, str, int, str]]:
    told = Refund.objects.order_by("pk")
    return list(told.values_list("payment__gateway", "kind", "route", "amount_fen", "status"))


def give_up(payment: Payment, now: dt.datetime) -> None:
    """The bank says no."""
    confirm(payment_id=payment.pk, fact=GatewayPayment(PaymentStatus.FAILED), now=now)


def pay_partly(order: Order, now: dt.datetime, balance_fen: int = 1200) -> Payment:
    """Paid: so much by the balance, the rest at the gateway, which is returned."""
    payment = capture(start_payment(order=order, gateway=NAME, balance_fen=balance_fen, now=now), at=now)
    order.refresh_from_db()
    return payment


# Paying


def test_the_balance_pays_a_part_and_the_gateway_the_rest(order: Order, now: dt.datetime) -> None:
    """F5: ¥12.00 leave her balance when she sets out to pay, and nothing counts before the other ¥47.80 have come."""
    payment = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    assert (payment.gateway, payment.amount_fen, payment.status) == (NAME, 4780, PaymentStatus.PENDING)
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PENDING_PAYMENT, 0)
    assert CampaignProgress.objects.get().paid_pieces == 0

    capture(payment, at=now + MINUTE)

    assert (status(order), order.paid_at) == (OrderStatus.PAID, now + MINUTE)
    assert set(Payment.objects.values_list("gateway", "amount_fen", "applied")) == {
        (NAME, 4780, True),
        ("balance", 1200, True),
    }
    assert money(order) == Money(captured_fen=4780, balance_fen=1200, held_fen=5980)
    assert CampaignProgress.objects.get().paid_pieces == 2
    events.drain(now=now)
    assert Message.objects.filter(kind="order_paid").count() == 1


def test_pressing_pay_twice_takes_the_balance_once(order: Order, now: dt.datetime) -> None:
    first = start_payment(order=order, gateway=NAME, balance_fen=1000, now=now)
    assert start_payment(order=order, gateway=NAME, balance_fen=1000, now=now + MINUTE) == first
    assert (Payment.objects.count(), balance_of(order.buyer)) == (2, 200)


def test_the_balance_pays_everything_and_no_gateway_is_asked(order: Order, now: dt.datetime) -> None:
    """F5: paid at once, by our own clock."""
    give_balance(order.buyer, 5000)
    ScriptedGateway.silent = True
    paid = start_payment(order=order, balance_fen=5980, now=now + MINUTE)
    assert (paid.gateway, paid.amount_fen, paid.applied) == ("balance", 5980, True)
    assert (status(order), order.paid_at) == (OrderStatus.PAID, now + MINUTE)
    assert balance_of(order.buyer) == 220
    assert money(order) == Money(balance_fen=5980, held_fen=5980)
    assert CampaignProgress.objects.get().paid_pieces == 2
    steps = Transition.objects.filter(entity="payments.payment", object_id=paid.pk)
    assert [step.to_state for step in steps] == ["captured"]
    with pytest.raises(NotPayable):
        start_payment(order=order, balance_fen=220, gateway=NAME, now=now + MINUTE)


@pytest.mark.parametrize(
    ("balance_fen", "refusal"), [(1201, NotEnoughBalance), (5980, NotEnoughBalance), (5981, BadBalanceAmount)]
)
def test_more_than_there_is_is_not_spent(
    balance_fen: int, refusal: type[Exception], order: Order, now: dt.datetime
) -> None:
    """F5: nothing changes: no payment, no count, not a fen."""
    with pytest.raises(refusal):
        start_payment(order=order, gateway=NAME, balance_fen=balance_fen, now=now)
    with pytest.raises(BadBalanceAmount):
        start_payment(order=order, gateway=NAME, balance_fen=-1, now=now)
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PENDING_PAYMENT, 1200)
    assert not Payment.objects.exists()
    assert LedgerTransaction.objects.count() == 1


def test_the_balance_does_not_pay_when_time_is_over(order: Order, now: dt.datetime) -> None:
    """Rule 7 holds for it too."""
    give_balance(order.buyer, 5000)
    with pytest.raises(NotPayable):
        start_payment(order=order, balance_fen=5980, now=order.pay_by)
    CampaignProgress.objects.update(counts_fixed_at=now)
    with pytest.raises(NotPayable):
        start_payment(order=order, balance_fen=5980, now=now)
    CampaignProgress.objects.update(counts_fixed_at=None)
    assert balance_of(order.buyer) == 6200


def test_alice_changes_her_mind_before_paying(order: Order, now: dt.datetime) -> None:
    """F5: first the page she has open is closed; then her ¥12.00 are back, and she pays otherwise."""
    first = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    for other in (0, 500):
        with pytest.raises(PaymentInProgress):
            start_payment(order=order, gateway=NAME, balance_fen=other, now=now)
    assert balance_of(order.buyer) == 0
    resolve(payment=first, now=now, close=True)

    second = start_payment(order=order, gateway=NAME, now=now)
    assert (second.amount_fen, balance_of(order.buyer)) == (5980, 1200)
    assert refunds() == [("balance", "unpaid", "balance", 1200, "done")]
    resolve(payment=second, now=now, close=True)
    third = start_payment(order=order, gateway=NAME, balance_fen=500, now=now)
    assert (third.amount_fen, balance_of(order.buyer)) == (5480, 700)
    capture(third, at=now)
    assert status(order) == OrderStatus.PAID


def test_all_by_balance_waits_for_the_page_that_is_open(order: Order, now: dt.datetime) -> None:
    """Nobody pays twice: the gateway is asked first."""
    give_balance(order.buyer, 5000)
    first = start_payment(order=order, gateway=NAME, now=now)
    with pytest.raises(PaymentInProgress):
        start_payment(order=order, balance_fen=5980, now=now)
    resolve(payment=first, now=now, close=True)
    start_payment(order=order, balance_fen=5980, now=now)
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PAID, 220)


# What does not come


def expired(order: Order, now: dt.datetime) -> None:
    assert expire_due(now=now + 15 * MINUTE) == 1


def cancelled(order: Order, now: dt.datetime) -> None:
    cancel_unpaid(order=order, actor_id=order.buyer_id, now=now)


@pytest.mark.parametrize("end", [expired, cancelled])
def test_an_order_that_ends_unpaid_gives_the_part_back_at_once(
    end: Callable[[Order, dt.datetime], None], order: Order, now: dt.datetime
) -> None:
    """F5: no gateway, no waiting: the ¥12.00 are hers again in the same moment, once."""
    start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    end(order, now)
    assert expire(order=order, now=now + DAY) is False
    assert balance_of(order.buyer) == 1200
    assert refunds() == [("balance", "unpaid", "balance", 1200, "done")]
    assert money(order) == Money(balance_fen=1200, refunded_fen=1200)
    assert ScriptedGateway.refunded == {}
    events.drain(now=now + DAY)
    assert Message.objects.filter(recipient=order.buyer, kind="refund_done").count() == 1


def test_while_she_is_typing_the_password_the_part_waits(order: Order, now: dt.datetime) -> None:
    """Neither the sweep nor her other hand takes it away; what she pays in time counts."""
    payment = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    ScriptedGateway.paying.add(payment.number)
    for end in (expire, lambda **_when: cancel_unpaid(order=order, actor_id=order.buyer_id, now=now)):
        with pytest.raises(PaymentUnderWay):
            end(order=order, now=now + 15 * MINUTE)
    assert balance_of(order.buyer) == 0
    capture(payment, at=now + 15 * MINUTE, now=now + 16 * MINUTE)
    assert status(order) == OrderStatus.PAID
    assert refunds() == []


def test_money_that_comes_after_the_end_goes_back_the_way_it_came(order: Order, now: dt.datetime) -> None:
    """Late: the rest to the gateway, whatever she has chosen; the part was back when the order ended."""
    order.buyer.refund_to_balance = True
    order.buyer.save()
    payment = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    expire(order=order, now=now + 15 * MINUTE)
    capture(payment, at=now + 16 * MINUTE)
    assert refunds() == [
        ("balance", "unpaid", "balance", 1200, "done"),
        (NAME, "late", "original", 4780, "requested"),
    ]
    assert balance_of(order.buyer) == 1200


def test_money_that_comes_late_before_the_sweep_leaves_the_part_waiting(order: Order, now: dt.datetime) -> None:
    """The other order of the same two: the late ¥47.80 go back at once, the ¥12.00 when the order expires."""
    payment = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    capture(payment, at=now + 16 * MINUTE)
    assert balance_of(order.buyer) == 0
    expire(order=order, now=now + 17 * MINUTE)
    assert [refund[1] for refund in refunds()] == ["late", "unpaid"]
    assert balance_of(order.buyer) == 1200


def test_the_rest_that_comes_twice_goes_back_once(order: Order, now: dt.datetime) -> None:
    """The bank said no and yes after all: the second ¥47.80 go back to the gateway, the balance is spent once."""
    first = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    give_up(first, now)
    second = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    for payment in (first, second, first):
        capture(payment, at=now + MINUTE)
    assert refunds() == [(NAME, "duplicate", "original", 4780, "requested")]
    assert Refund.objects.get().payment == second
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PAID, 0)


def test_an_old_page_pays_everything_and_the_part_goes_back(order: Order, now: dt.datetime) -> None:
    """The first page was for ¥59.80 and comes through after all: enough without her balance, and the second page is
    one too many, whichever comes first."""
    whole = start_payment(order=order, gateway=NAME, now=now)
    give_up(whole, now)
    rest = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    capture(whole, at=now + MINUTE)
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PAID, 1200)
    capture(rest, at=now + MINUTE)
    assert refunds() == [
        ("balance", "unpaid", "balance", 1200, "done"),
        (NAME, "duplicate", "original", 4780, "requested"),
    ]


def test_an_old_page_pays_everything_once_the_rest_has_come(order: Order, now: dt.datetime) -> None:
    whole = start_payment(order=order, gateway=NAME, now=now)
    give_up(whole, now)
    capture(start_payment(order=order, gateway=NAME, balance_fen=1200, now=now), at=now + MINUTE)
    capture(whole, at=now + MINUTE)
    assert refunds() == [(NAME, "duplicate", "original", 5980, "requested")]
    assert (status(order), balance_of(order.buyer)) == (OrderStatus.PAID, 0)


def test_an_old_page_for_a_rest_without_its_part_is_not_enough(order: Order, now: dt.datetime) -> None:
    """She took her ¥12.00 back; then the old page's ¥47.80 come: too little, and it goes back."""
    rest = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    give_up(rest, now)
    whole = start_payment(order=order, gateway=NAME, now=now)
    capture(rest, at=now + MINUTE)
    assert status(order) == OrderStatus.PENDING_PAYMENT
    capture(whole, at=now + MINUTE)
    assert status(order) == OrderStatus.PAID
    assert refunds() == [
        ("balance", "unpaid", "balance", 1200, "done"),
        (NAME, "late", "original", 4780, "requested"),
    ]


def test_the_part_stays_where_the_count_is_closed(order: Order, now: dt.datetime) -> None:
    """Rule 7: what was written for the refused money is undone, the mark on the part too."""
    payment = start_payment(order=order, gateway=NAME, balance_fen=1200, now=now)
    CampaignProgress.objects.update(counts_fixed_at=now)
    capture(payment, at=now + MINUTE)
    CampaignProgress.objects.update(counts_fixed_at=None)
    assert not Payment.objects.filter(applied=True).exists()
    expire(order=order, now=now + 15 * MINUTE)
    assert balance_of(order.buyer) == 1200


# Refunds


def test_leaving_gives_back_each_part_the_way_it_came(order: Order, now: dt.datetime) -> None:
    """Rule 8, F5: ¥47.80 to the gateway, ¥12.00 at once; the parts add up to the line."""
    pay_partly(order, now)
    withdraw(buyer=order.buyer, order=order, now=now)
    assert refunds() == [
        (NAME, "left", "original", 4780, "requested"),
        ("balance", "left", "balance", 1200, "done"),
    ]
    assert balance_of(order.buyer) == 1200
    assert order.lines.get().refunded_fen == 5980
    assert list(RefundLine.objects.order_by("pk").values_list("amount_fen", flat=True)) == [4780, 1200]
    assert money(order) == Money(captured_fen=4780, balance_fen=1200, refunded_fen=1200, in_flight_fen=4780)


@pytest.mark.parametrize(("balance_fen", "parts"), [(1200, [600]), (5500, [480, 120]), (5980, [600])])
def test_the_difference_takes_the_gateways_part_first(
    balance_fen: int, parts: list[int], order: Order, now: dt.datetime
) -> None:
    """Rule 4: ¥6.00 come back when five boxes are sold; what the gateway does not have, the balance gives."""
    give_balance(order.buyer, balance_fen - 1200) if balance_fen > 1200 else None
    if balance_fen < 5980:
        pay_partly(order, now, balance_fen)
    else:
        start_payment(order=order, balance_fen=5980, now=now)
    campaign = order.campaign_order.campaign
    fill(campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    mine = Refund.objects.filter(payment__subject_number=order.number).order_by("pk")
    assert list(mine.values_list("amount_fen", flat=True)) == parts
    assert {refund.kind for refund in mine} == {"tier_difference"}
    to_balance = sum(refund.amount_fen for refund in mine if refund.route == RefundRoute.BALANCE)
    assert balance_of(order.buyer) == to_balance
    assert order.lines.get().refunded_fen == 600


def test_whoever_chose_the_balance_has_the_money_at_once(order: Order, now: dt.datetime) -> None:
    """F5: no gateway hears of it; the refund has a timeline, is done and told like any other."""
    order.buyer.refund_to_balance = True
    order.buyer.save()
    pay_partly(order, now)
    withdraw(buyer=order.buyer, order=order, now=now)
    assert refunds() == [
        (NAME, "left", "balance", 4780, "done"),
        ("balance", "left", "balance", 1200, "done"),
    ]
    assert balance_of(order.buyer) == 5980
    steps = Transition.objects.filter(entity="payments.refund").order_by("object_id", "pk")
    assert [step.to_state for step in steps] == ["requested", "done"] * 2
    events.drain(now=now)
    titles = Message.objects.filter(kind="refund_done").order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["¥47.80 已退到余额", "¥12.00 已退到余额"]


@pytest.mark.parametrize("standing", [True, False])
def test_what_she_says_now_counts_more_than_what_she_once_chose(standing: bool, order: Order, now: dt.datetime) -> None:
    order.buyer.refund_to_balance = standing
    order.buyer.save()
    pay_partly(order, now)
    now_chosen = RefundRoute.ORIGINAL if standing else RefundRoute.BALANCE
    withdraw(buyer=order.buyer, order=order, route=now_chosen, now=now)
    assert [refund[2] for refund in refunds()] == [now_chosen, "balance"]


def test_settlement_follows_each_persons_choice(now: dt.datetime) -> None:
    """Rule 10: a missed campaign; Bob's money is in his balance, Carol's on its way to her bank."""
    campaign = make_open(now=now)
    bobs, carols = fill(campaign, 2, now=now)
    bobs.buyer.refund_to_balance = True
    bobs.buyer.save()
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert refunds() == [
        (NAME, "missed", "balance", 2990, "done"),
        (NAME, "missed", "original", 2990, "requested"),
    ]
    assert (balance_of(bobs.buyer), balance_of(carols.buyer)) == (2990, 0)


def test_part_after_part_goes_back_until_nothing_is_left(order: Order, now: dt.datetime) -> None:
    """D2: ¥40.00, ¥10.00 and the rest: 4000 + (780 + 220) + 980."""
    pay_partly(order, now)
    line = order.lines.get()
    for fen in (4000, 1000, 980):
        refund_orders([OrderRefund(order, RefundKind.AFTER_SALES, "坏了", by_line={line.pk: fen})], now=now)
    assert [(refund[0], refund[3]) for refund in refunds()] == [
        (NAME, 4000),
        (NAME, 780),
        ("balance", 220),
        ("balance", 980),
    ]


def test_many_orders_take_as_many_queries_as_few(now: dt.datetime) -> None:
    """A settlement refunds ten thousand orders: nothing is asked for each."""
    campaign = make_open(now=now, quantity=90)
    counts = []
    for people in (2, 12):
        orders = [join_as(make_user(name=f"邻居{index}"), campaign, now=now) for index in range(people)]
        for order in orders:
            give_balance(order.buyer, 1000)
            pay_partly(order, now, 1000)
        wanted = [
            OrderRefund(order, RefundKind.AFTER_SALES, "坏了", by_line={order.lines.get().pk: 2500}) for order in orders
        ]
        with CaptureQueriesContext(connection) as queries:
            assert len(refund_orders(wanted, now=now)) == 2 * people
        counts.append(len(queries))
    # The first two opened an account of the ledger besides.
    assert counts[1] < counts[0]
