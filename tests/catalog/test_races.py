"""Buyers at the same instant, with real threads on real rows; each race with the proof that its guard is what holds."""

import itertools
from collections import Counter
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from catalog.errors import NotEnoughStock, NotReserved, SellingClosed, SoldOut
from catalog.models import Allotment, Product, Stock, StockMovement
from catalog.services import allotting, levels
from catalog.services.allotting import allot, close_allotments
from catalog.services.products import take_off_shelf, update_product
from catalog.services.reserving import Take, commit_many, release, reserve
from catalog.services.stock import adjust, set_alert_threshold
from catalog.services.takes import add_up
from catalog.states import MovementKind, ProductStatus
from common.errors import Refusal
from common.invariants import check_all
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_allotment, make_details, make_sku
from tests.guards import await_signal, changed, looking_first, replaced, signal
from tests.parallel import PATIENCE, Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PURPOSE = "campaign:RUSH"
RESERVE = "catalog/sql/reserve.sql"
GUARD = "SELECT * INTO taken FROM catalog_take_guarded(take.id, take.quantity);"
SORTED = """SELECT key AS id, sum(quantity)::integer AS quantity
          FROM jsonb_to_recordset(takes) AS take (key bigint, quantity integer) GROUP BY key ORDER BY key"""
GIVEN = "SELECT key AS id, quantity FROM jsonb_to_recordset(takes) AS take (key bigint, quantity integer)"
CONNECTIONS = 32


@pytest.fixture
def apples(transactional_db) -> Allotment:
    """10 boxes set aside for a campaign, 90 left on the shelf."""
    return make_allotment(make_sku(make_merchant(), stock=100), 10, purpose=PURPOSE)


def take(allotment_id: int, document: str, quantity: int = 1) -> None:
    with transaction.atomic():
        reserve(takes=[Take(allotment_id, quantity)], document=document, now=timezone.now())


def rush(allotment: Allotment, *, buyers: int = 200) -> Counter[str]:
    """So many buyers want one piece each, over 32 connections: how often each outcome came."""
    queue = iter(range(buyers))
    outcomes: list[str] = []

    def serve(_connection: int) -> None:
        while (buyer := next(queue, None)) is not None:
            try:
                take(allotment.pk, f"order:{buyer}")
                outcomes.append("reserved")
            except Exception as error:
                outcomes.append(type(error).__name__)

    at_once(CONNECTIONS, serve)
    return Counter(outcomes)


@pytest.mark.usefixtures("nothing_broken")
def test_two_hundred_buyers_share_ten_boxes(apples):
    """B3: exactly ten get one, 190 are told it is sold out, nobody sees a deadlock."""
    assert rush(apples) == {"reserved": 10, "SoldOut": 190}
    apples.refresh_from_db()
    assert (apples.free, apples.reserved) == (0, 10)
    assert StockMovement.objects.filter(kind=MovementKind.RESERVE).count() == 10


@pytest.mark.counter_test
def test_without_the_guarded_update_they_would_oversell(apples):
    """The counter-test: reading first and writing later sells boxes that are not there, and the books notice."""
    with looking_first():
        assert rush(apples)["reserved"] > 10
    assert "allotment.journal" in {violation.invariant for violation in check_all()}


def in_opposite_order(patience: float, *, sorting: bool = True) -> list[Any]:
    """Alice takes apples and pears, Bob pears and apples; each has the first before either asks for the second."""
    merchant = make_merchant()
    first = make_allotment(make_sku(merchant), 10, purpose=PURPOSE)
    second = make_allotment(make_sku(merchant), 10, purpose=PURPOSE)
    takes = [Take(first.pk, 1), Take(second.pk, 1)]
    changes = {GUARD: f"{GUARD} PERFORM test_meet({patience});"} | ({} if sorting else {SORTED: GIVEN})

    def buy(buyer: int) -> None:
        reserve(takes=takes if buyer else takes[::-1], document=f"order:{buyer}", now=timezone.now())

    with replaced(RESERVE, changed(RESERVE, changes)):
        return at_once(2, buy)


@pytest.mark.usefixtures("nothing_broken")
def test_two_skus_taken_in_opposite_order_do_not_deadlock(transactional_db):
    """B3: rows are locked by ascending id, whatever the order in the bag: the other one is not there to be met."""
    assert in_opposite_order(patience=0.5) == [None, None]


@pytest.mark.counter_test
def test_without_sorting_they_would_deadlock(transactional_db):
    outcomes = in_opposite_order(patience=PATIENCE, sorting=False)
    assert any(isinstance(outcome, OperationalError) for outcome in outcomes)


def close_while_they_buy(allotment: Allotment) -> tuple[int, int]:
    """15 buyers buy until selling is closed, once they have begun: reservations when closing returned, and in the
    end.
    """
    seen: list[int] = []
    reservations = StockMovement.objects.filter(kind=MovementKind.RESERVE)

    def run(index: int) -> None:
        if index == 0:
            await_signal("test_begun")
            close_allotments(purpose=allotment.purpose)
            seen.append(reservations.count())
            signal("test_closed")
            return
        for number in itertools.count():
            try:
                take(allotment.pk, f"order:{index}-{number}")
                signal("test_begun")
            except (SellingClosed, SoldOut):
                return

    assert [outcome for outcome in at_once(16, run) if outcome] == []
    return seen[0], reservations.count()


@pytest.mark.usefixtures("nothing_broken")
def test_nothing_is_reserved_after_closing_returned(transactional_db):
    """B3: what is counted after closing stays counted."""
    allotment = make_allotment(make_sku(make_merchant(), stock=100_000), 100_000, purpose=PURPOSE)
    with replaced(RESERVE, changed(RESERVE, {})):
        when_closed, in_the_end = close_while_they_buy(allotment)
    assert 0 < when_closed == in_the_end


@pytest.mark.counter_test
def test_without_the_gate_in_the_same_statement_it_would_be(transactional_db):
    """The counter-test: they saw that it is open, and write when it has closed."""
    allotment = make_allotment(make_sku(make_merchant(), stock=100_000), 100_000, purpose=PURPOSE)
    with looking_first(think="PERFORM nextval('test_begun'), test_await('test_closed', 1)"):
        when_closed, in_the_end = close_while_they_buy(allotment)
    assert in_the_end > when_closed


@pytest.mark.usefixtures("nothing_broken")
def test_an_order_released_twice_at_once_is_released_once(apples):
    take(apples.pk, "order:ALICE", 3)
    take(apples.pk, "order:BOB", 3)
    lapsed = [Take(apples.pk, 3)]
    outcomes = at_once(8, lambda _index: release(takes=lapsed, document="order:ALICE", now=timezone.now()))
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"NoneType": 1, NotReserved.__name__: 7}
    apples.refresh_from_db()
    assert (apples.free, apples.reserved) == (7, 3)


def open_many() -> Counter[str]:
    """20 campaigns want 10 boxes each, and there are 100."""
    sku = make_sku(make_merchant(), stock=100)
    outcomes = at_once(
        20, lambda index: allot(sku_id=sku.pk, quantity=10, purpose=f"campaign:{index}", now=timezone.now())
    )
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.usefixtures("nothing_broken")
def test_campaigns_that_open_at_once_share_what_is_there(transactional_db):
    assert open_many() == {"Allotment": 10, NotEnoughStock.__name__: 10}
    assert Stock.objects.get().available == 0


@pytest.mark.counter_test
def test_without_the_guarded_update_campaigns_would_share_too_much(monkeypatch, transactional_db):
    meeting = Meeting()

    def careless(sku_id: int, quantity: int) -> bool:
        stock = Stock.objects.get(pk=sku_id)
        meeting.wait()
        changes = {"available": stock.available - quantity, "allotted": stock.allotted + quantity}
        return stock.available >= quantity and bool(Stock.objects.filter(pk=sku_id).update(**changes))

    monkeypatch.setattr(allotting, "_take_from_shelf", careless)
    assert open_many()["Allotment"] > 10


@pytest.fixture
def last_pieces(transactional_db) -> list[Allotment]:
    """Two campaigns have one piece left each of the same SKU, and there is no other."""
    sku = make_sku(make_merchant(), stock=2)
    return [make_allotment(sku, 1, purpose=f"campaign:{number}") for number in range(2)]


def take_both(allotments: list[Allotment]) -> str:
    """Both go at the same instant: the product's status afterwards."""
    with replaced(RESERVE, changed(RESERVE, {GUARD: f"{GUARD} PERFORM test_meet();"})):
        assert at_once(2, lambda index: take(allotments[index].pk, f"order:{index}")) == [None, None]
    return Product.objects.get().status


@pytest.mark.usefixtures("nothing_broken")
def test_the_last_pieces_of_two_campaigns_take_the_product_off_the_shelf(last_pieces):
    """B3: off the shelf when sold out, also when each buyer still saw the other's piece."""
    assert take_both(last_pieces) == ProductStatus.SOLD_OUT


@pytest.mark.counter_test
def test_without_locking_before_counting_it_would_stay(monkeypatch, last_pieces):
    monkeypatch.setattr(levels, "lock_stocks", lambda ids: list(Stock.objects.filter(pk__in=ids)))
    monkeypatch.setattr(levels, "lock_products", lambda ids: list(Product.objects.filter(skus__in=ids)))
    monkeypatch.setattr(levels, "left_of_products", Meeting().after(levels.left_of_products))
    assert take_both(last_pieces) == ProductStatus.ON_SHELF


@pytest.mark.usefixtures("nothing_broken")
def test_everything_at_once_never_deadlocks(transactional_db):
    """Buyers, lapsing orders, settlement, stock-taking and the merchant's edits, all over the alert threshold."""
    sku = make_sku(make_merchant(), stock=100)
    allotments = [make_allotment(sku, 30, purpose=f"campaign:{number}") for number in range(2)]
    set_alert_threshold(sku_id=sku.pk, threshold=1000, actor_id=None, now=timezone.now())

    def buy(index: int, number: int) -> None:
        wanted = [Take(each.pk, 1) for each in allotments][:: (1 if index % 2 else -1)]
        document = f"order:{index}-{number}"
        with transaction.atomic():
            reserve(takes=wanted, document=document, now=timezone.now())
        if number % 3 == 0:
            commit_many(takes=[(document, each) for each in add_up(wanted)], now=timezone.now())
        else:
            release(takes=wanted, document=document, now=timezone.now())

    def keep_house(index: int, number: int) -> None:
        adjust(sku_id=sku.pk, quantity=1 if number % 2 else -1, reason="盘点", actor_id=None, now=timezone.now())
        set_alert_threshold(sku_id=sku.pk, threshold=number * 30, actor_id=None, now=timezone.now())
        product = Product.objects.get()
        update_product(product=product, actor_id=None, details=make_details(name=f"苹果 {number}"), now=timezone.now())
        if number == 3:
            take_off_shelf(product=product, actor_id=None, now=timezone.now())

    def run(index: int) -> None:
        for number in range(6):
            try:
                (keep_house if index < 3 else buy)(index, number)
            except Refusal:
                pass  # sold out, or somebody else moved it first

    assert at_once(12, run) == [None] * 12
