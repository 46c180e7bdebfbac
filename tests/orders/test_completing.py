"""F2: money is held until the window is over, then shared out once; what goes back later is clawed back to the fen."""

import datetime as dt
import importlib

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import database_now
from common.models import AuditEntry, OutboxEvent
from orders.errors import CannotFreeze, NotFrozen
from orders.models import Hold, Order, OrderLine
from orders.services import completing, holding
from orders.services.completing import complete_due
from orders.states import OrderStatus
from payments.models import Commission, LedgerTransaction
from payments.selectors.balance import balance_of
from payments.selectors.ledger import Money, money_of, standing
from payments.services import ledger
from payments.services.escrow import HeldDiffers
from payments.states import CommissionStatus
from tests.factories.accounts import make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import make_point
from tests.factories.orders import fetch, give_back, make_prepared, make_received
from tests.factories.payouts import give_balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
WINDOW = 2 * DAY
# ¥59.80 of goods at 5 % for the leader and 2 % for the platform.
SHARED = {"merchant_fen": 5561, "fee_fen": 120, "commission_fen": 299}


def books(order: Order) -> Money:
    """Where the order's money is."""
    return money_of("order", [order.number])


# May it be returned without a reason, for how many days; for how many hours the money waits.
WINDOWS = [(False, 0, 48), (False, 30, 48), (True, 1, 48), (True, 2, 48), (True, 7, 168)]


def test_the_window_is_the_longest_right_of_the_buyer(now: dt.datetime) -> None:
    """F2: 48 hours to say that something is broken, or the days of a return without a reason where they are more."""
    order = make_prepared(now=now)
    for no_reason, days, hours in WINDOWS:
        OrderLine.objects.filter(order=order).update(no_reason_return=no_reason, return_days=days)
        assert completing.window_end(order, received_at=now) == now + hours * HOUR


def test_the_merchant_has_to_wait_for_the_window(now: dt.datetime) -> None:
    """F2: a minute before nothing moves; then everybody has their share, the event is published once, and the next
    sweep finds nothing."""
    order = make_received(now=now)
    assert (order.completes_at, books(order)) == (now + WINDOW, Money(captured_fen=5980, held_fen=5980))
    assert complete_due(now=now + WINDOW - dt.timedelta(minutes=1)) == 0
    assert complete_due(now=now + WINDOW) == 1
    assert complete_due(now=now + WINDOW) == 0
    order.refresh_from_db()
    assert (order.status, order.completed_at) == (OrderStatus.COMPLETED, now + WINDOW)
    assert books(order) == Money(captured_fen=5980, **SHARED)
    assert OutboxEvent.objects.filter(name="orders.OrderCompleted").count() == 1
    assert standing(ledger.merchant_payable(order.merchant_id)) == 5561
    assert standing(ledger.commission_payable(Commission.objects.get().beneficiary_id)) == 299


def test_by_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    make_received(now=database_now() - 3 * DAY)
    call_command("complete_orders")
    assert capsys.readouterr().out == "1 orders completed\n"


# What Alice gets back, before and after her order is completed, in fen; where all the money is in the end.
REFUNDS: list[tuple[list[int], list[int], dict[str, int]]] = [
    ([], [], {"merchant_fen": 5561, "fee_fen": 120, "commission_fen": 299}),
    ([1000], [], {"merchant_fen": 4631, "fee_fen": 100, "commission_fen": 249}),
    ([], [1000], {"merchant_fen": 4631, "fee_fen": 100, "commission_fen": 249}),
    ([400], [300, 300], {"merchant_fen": 4631, "fee_fen": 100, "commission_fen": 249}),
    ([1], [1], {"merchant_fen": 5559, "fee_fen": 120, "commission_fen": 299}),
    ([], [5979], {"merchant_fen": 1, "fee_fen": 0, "commission_fen": 0}),
    ([], [5980], {}),
    ([5980], [], {}),
    ([2980], [1000, 2000], {}),
]


def test_what_goes_back_is_taken_from_whoever_earned_it(received: Order, now: dt.datetime) -> None:
    """F2, rule 13: in one part or in many, before completion or after it: the same shares of what is left."""
    for before, after, expected in REFUNDS:
        with transaction.atomic():
            for fen in before:
                give_back(received, fen, now=now)
            complete_due(now=now + WINDOW)
            for fen in after:
                give_back(received, fen, now=now + 5 * DAY)
            back = sum(before) + sum(after)
            assert books(received) == Money(captured_fen=5980, in_flight_fen=back, **expected), (before, after)
            commission = Commission.objects.get()
            assert commission.amount_fen == expected.get("commission_fen", 0)
            assert commission.base_fen == 5980 - back
            transaction.set_rollback(True)


def test_nothing_is_left_of_an_order_that_went_back_before_it_was_over(now: dt.datetime) -> None:
    """F2: the leader's frozen commission is void; the order completes all the same, with nothing to share."""
    order = make_received(now=now)
    give_back(order, 5980, now=now)
    assert Commission.objects.get().status == CommissionStatus.VOID
    assert complete_due(now=now + WINDOW) == 1
    assert not LedgerTransaction.objects.filter(key__startswith="release:").exists()


def test_a_purse_may_fall_below_zero(now: dt.datetime) -> None:
    """F2: the merchant took its money home before the goods came back; the next earnings make up for it."""
    order = make_received(now=now)
    complete_due(now=now + WINDOW)
    purse = ledger.merchant_payable(order.merchant_id)
    give_back(order, 5980, now=now + 3 * DAY)
    assert standing(purse) == 0
    assert standing(ledger.platform_fee()) == 0


def test_what_the_balance_paid_is_settled_and_returned_like_any_other_money(now: dt.datetime) -> None:
    """F5: ¥20.00 of Alice's balance and ¥39.80 at the gateway: settled as one; all of it goes back to where it was."""
    alice = make_user(name="Alice")
    give_balance(alice, 2000)
    order = make_received(alice, balance_fen=2000, now=now)
    complete_due(now=now + WINDOW)
    assert books(order) == Money(captured_fen=3980, balance_fen=2000, **SHARED)
    give_back(order, 5980, now=now + 3 * DAY)
    assert books(order) == Money(captured_fen=3980, balance_fen=2000, in_flight_fen=3980, refunded_fen=2000)
    assert balance_of(alice) == 2000


@given(
    fee_bp=st.sampled_from([0, 1, 200, 333, 3000]),
    rate_bp=st.sampled_from([0, 1, 500, 777, 5000]),
    cuts=st.lists(st.integers(1, 5980), max_size=6),
    completed_after=st.integers(0, 6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_goes_back_no_fen_is_made_or_lost(
    fee_bp: int, rate_bp: int, cuts: list[int], completed_after: int, received: Order, now: dt.datetime
) -> None:
    """F2: any parts in any order, then all the rest: everybody gives back exactly what they had."""
    with transaction.atomic():
        Order.objects.filter(pk=received.pk).update(platform_fee_bp=fee_bp, leader_rate_bp=rate_bp)
        Commission.objects.update(rate_bp=rate_bp, amount_fen=(5980 * rate_bp * 2 + 10_000) // 20_000)
        left = 5980
        for index, cut in enumerate([*cuts, None]):
            if index == completed_after:
                complete_due(now=now + WINDOW)
            amount_fen = left if cut is None else min(cut, left)
            if amount_fen:
                give_back(received, amount_fen, now=now)
            left -= amount_fen
            found = books(received)
            assert found.came_fen == found.lies_fen == 5980
            assert (found.in_flight_fen, min(found.merchant_fen, found.fee_fen, found.commission_fen) >= 0) == (
                5980 - left,
                True,
            )
        complete_due(now=now + WINDOW)
        assert books(received) == Money(captured_fen=5980, in_flight_fen=5980)
        transaction.set_rollback(True)


@pytest.fixture
def received(now: dt.datetime) -> Order:
    return make_received(now=now)


# Holds


def test_an_operator_keeps_money_where_it_is(now: dt.datetime) -> None:
    """F2: frozen with a note, it stays in escrow however long; lifted, the next sweep completes it."""
    order, oscar = make_received(now=now), make_operator("risk")
    holding.freeze(order=order, actor_id=oscar.pk, note="买家说没收到", now=now)
    holding.freeze(order=order, actor_id=oscar.pk, note="再看一次", now=now)
    assert complete_due(now=now + 30 * DAY) == 0
    assert books(order).held_fen == 5980
    holding.unfreeze(order=order, actor_id=oscar.pk, note="找到了", now=now + 30 * DAY)
    with pytest.raises(NotFrozen):
        holding.unfreeze(order=order, actor_id=oscar.pk, note="又一次", now=now + 30 * DAY)
    assert complete_due(now=now + 30 * DAY) == 1
    trail = AuditEntry.objects.filter(subject=f"order:{order.number}", action__in=["order.freeze", "order.unfreeze"])
    assert [(row.action, row.actor_id, row.detail["note"]) for row in trail.order_by("pk")] == [
        ("order.freeze", oscar.pk, "买家说没收到"),
        ("order.freeze", oscar.pk, "再看一次"),
        ("order.unfreeze", oscar.pk, "找到了"),
    ]


def test_what_is_settled_cannot_be_frozen(now: dt.datetime) -> None:
    order = make_received(now=now)
    complete_due(now=now + WINDOW)
    with pytest.raises(CannotFreeze):
        holding.freeze(order=order, actor_id=make_operator("risk").pk, note="太晚", now=now + WINDOW)
    assert not Hold.objects.filter(kind=holding.FREEZE).exists()


def test_an_order_the_books_disagree_with_holds_up_no_other(now: dt.datetime, caplog: pytest.LogCaptureFixture) -> None:
    """F2: of three orders in one batch one is ten fen short in the books: nothing of it is paid out, it is named, and
    the other two are completed."""
    orders = [make_received(now=now) for _ in range(3)]
    with transaction.atomic():
        short = orders[1]
        ledger.post(
            [
                ledger.Booking(
                    "test:short",
                    completing.terms_of(short, completing.earnings_of([short])[short.pk]).subject,
                    (ledger.debit(ledger.escrow(short.merchant_id), 10), ledger.credit(ledger.subsidy(), 10)),
                    merchant_id=short.merchant_id,
                )
            ],
            now=now,
        )
        assert complete_due(now=now + WINDOW) == 2
        assert set(Order.objects.filter(status=OrderStatus.RECEIVED).values_list("pk", flat=True)) == {short.pk}
        assert HeldDiffers.__name__ in caplog.text
        transaction.set_rollback(True)


# Commission


def test_nobody_earns_on_their_own_order(now: dt.datetime) -> None:
    """Rule 16, D2: Lena buys at her own point: the order counts, the commission does not exist, the merchant has it."""
    lena = make_user(name="Lena")
    order = make_received(lena, leader=lena, now=now)
    complete_due(now=now + WINDOW)
    assert not Commission.objects.exists()
    assert books(order) == Money(captured_fen=5980, merchant_fen=5860, fee_fen=120)


def test_the_merchants_own_staff_may_lead_a_point(now: dt.datetime) -> None:
    """Rule 16: staff cannot join their own campaign, but they earn where they hand over."""
    order = make_prepared(now=now)
    stan = make_staff(order.merchant)
    Order.objects.filter(pk=order.pk).update(leader=stan)
    order.refresh_from_db()
    fetch(order, now=now)
    complete_due(now=now + WINDOW)
    assert standing(ledger.commission_payable(stan.pk)) == 299


def test_a_point_without_a_rate_or_a_leader_earns_nothing(now: dt.datetime) -> None:
    order = make_prepared(now=now)
    Order.objects.filter(pk=order.pk).update(leader_rate_bp=0)
    order.refresh_from_db()
    fetch(order, now=now)
    assert not Commission.objects.exists()
    assert make_point(order.merchant, "无人值守").leader is None


def test_a_commission_is_frozen_at_hand_over(now: dt.datetime) -> None:
    """F2: seen by the leader at once, on the goods alone, theirs only when the window is over."""
    order = make_received(now=now)
    commission = Commission.objects.get()
    assert (commission.payer_id, commission.beneficiary_id) == (order.buyer_id, order.leader_id)
    assert (commission.rate_bp, commission.base_fen, commission.amount_fen) == (500, 5980, 299)
    assert (commission.status, commission.accrued_at, commission.released_at) == ("frozen", now, None)
    assert standing(ledger.commission_payable(Commission.objects.get().beneficiary_id)) == 0
    complete_due(now=now + WINDOW)
    commission.refresh_from_db()
    assert (commission.status, commission.released_at) == ("released", now + WINDOW)


def test_orders_received_before_get_their_window_and_their_commission(now: dt.datetime) -> None:
    """D2: the migration does for what was handed over before this release what hand-over does now."""
    migration = importlib.import_module("orders.migrations.0006_windows_of_received_orders")
    order = make_received(now=now)
    commission = Commission.objects.get()
    expected = (commission.base_fen, commission.amount_fen, commission.accrued_at, commission.status)
    Commission.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(completes_at=None)
    with connection.cursor() as cursor:
        for _twice in range(2):
            cursor.execute(migration.OPEN_WINDOWS)
            cursor.execute(migration.ACCRUE_COMMISSIONS)
    order.refresh_from_db()
    commission = Commission.objects.get()
    assert order.completes_at == now + WINDOW
    assert (commission.base_fen, commission.amount_fen, commission.accrued_at, commission.status) == expected
    assert complete_due(now=now + WINDOW) == 1
    assert owner_of(order.merchant).pk != order.leader_id
