import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.errors import AlreadyReserved, NotReserved, SellingClosed, SoldOut
from catalog.models import Allotment, Product, Stock, StockMovement
from catalog.services.allotting import close_allotments, reopen_allotments, return_allotments
from catalog.services.reserving import Take, commit_many, release, release_many, reserve
from catalog.states import MovementKind, ProductStatus
from common.errors import InvalidField
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_allotment, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

PURPOSE = "campaign:APPLES"


@pytest.fixture
def apples(db) -> Allotment:
    """10 boxes of apples set aside for a campaign, 90 left on the shelf."""
    return make_allotment(make_sku(make_merchant(), stock=100), 10, purpose=PURPOSE)


def take(allotment: Allotment, quantity: int, document: str) -> None:
    with transaction.atomic():
        reserve(takes=[Take(allotment.pk, quantity)], document=document, now=timezone.now())


def counters(allotment: Allotment) -> tuple[int, int, int]:
    """(free, reserved, sold)."""
    allotment.refresh_from_db()
    return allotment.free, allotment.reserved, allotment.sold


def shelf(allotment: Allotment) -> tuple[int, int, int]:
    """(available, allotted, sold) of the SKU."""
    stock = Stock.objects.get(pk=allotment.sku_id)
    return stock.available, stock.allotted, stock.sold


def test_alice_reserves_and_the_journal_says_so(apples):
    """B3: a reservation is a movement of its order; the shelf does not notice."""
    take(apples, 3, "order:ALICE")
    assert counters(apples) == (7, 3, 0)
    assert shelf(apples) == (90, 10, 0)
    movement = StockMovement.objects.get(document="order:ALICE")
    assert (movement.kind, movement.quantity, movement.reserved_delta) == (MovementKind.RESERVE, 3, 3)
    assert (movement.available_delta, movement.allotted_delta, movement.sold_delta) == (0, 0, 0)


def test_bob_cannot_have_more_than_is_left(apples):
    """B3: the refusal says how many are left, and leaves no trace."""
    take(apples, 8, "order:ALICE")
    with pytest.raises(SoldOut) as refused:
        take(apples, 3, "order:BOB")
    assert refused.value.params == {"left": 2}
    assert str(refused.value) == "已抢光，只剩 2 件"
    assert counters(apples) == (2, 8, 0)
    assert not StockMovement.objects.filter(document="order:BOB").exists()


def test_an_order_gets_all_its_skus_or_none(apples):
    pears = make_allotment(make_sku(make_merchant("梨园"), stock=5), 1, purpose=PURPOSE)
    takes = [Take(apples.pk, 2), Take(pears.pk, 2)]
    with pytest.raises(SoldOut), transaction.atomic():
        reserve(takes=takes, document="order:ALICE", now=timezone.now())
    assert counters(apples) == (10, 0, 0)
    assert counters(pears) == (1, 0, 0)


def test_two_lines_of_one_sku_are_taken_together(apples):
    reserve(takes=[Take(apples.pk, 2), Take(apples.pk, 3)], document="order:ALICE", now=timezone.now())
    assert counters(apples) == (5, 5, 0)
    assert StockMovement.objects.get(document="order:ALICE").quantity == 5


def test_the_same_order_reserves_once(apples):
    take(apples, 3, "order:ALICE")
    with pytest.raises(AlreadyReserved):
        take(apples, 3, "order:ALICE")
    assert counters(apples) == (7, 3, 0)


@pytest.mark.parametrize("quantity", [0, -1])
def test_nobody_takes_nothing_or_less(quantity):
    with pytest.raises(InvalidField):
        Take(1, quantity)


def test_a_closed_allotment_sells_nothing_until_it_opens_again(apples):
    close_allotments(purpose=PURPOSE)
    with pytest.raises(SellingClosed):
        take(apples, 1, "order:ALICE")
    reopen_allotments(purpose=PURPOSE)
    take(apples, 1, "order:ALICE")
    assert counters(apples) == (9, 1, 0)


def test_an_allotment_that_does_not_exist_is_not_on_sale(db):
    with pytest.raises(SellingClosed), transaction.atomic():
        reserve(takes=[Take(404, 1)], document="order:ALICE", now=timezone.now())


def test_alice_lets_her_order_lapse_and_bob_gets_the_pieces(apples):
    take(apples, 10, "order:ALICE")
    release(takes=[Take(apples.pk, 10)], document="order:ALICE", now=timezone.now())
    take(apples, 10, "order:BOB")
    assert counters(apples) == (0, 10, 0)


def test_a_release_works_once(apples):
    """B3: the second release finds nothing to give back, so no piece is invented."""
    take(apples, 3, "order:ALICE")
    take(apples, 3, "order:BOB")
    release(takes=[Take(apples.pk, 3)], document="order:ALICE", now=timezone.now())
    with pytest.raises(NotReserved), transaction.atomic():
        release(takes=[Take(apples.pk, 3)], document="order:ALICE", now=timezone.now())
    assert counters(apples) == (7, 3, 0)


@pytest.mark.parametrize(("document", "quantity"), [("order:BOB", 3), ("order:ALICE", 2)])
def test_only_what_the_order_reserved_is_released(apples, document, quantity):
    take(apples, 3, "order:ALICE")
    with pytest.raises(NotReserved), transaction.atomic():
        release(takes=[Take(apples.pk, quantity)], document=document, now=timezone.now())
    assert counters(apples) == (7, 3, 0)


def test_settling_sells_what_many_reserved_in_a_fixed_number_of_queries(apples, django_assert_num_queries):
    """B3: reserved becomes sold, on the allotment and on the SKU, however many orders there are."""
    for number in range(5):
        take(apples, 2, f"order:{number}")
    takes = [(f"order:{number}", Take(apples.pk, 2)) for number in range(5)]
    with django_assert_num_queries(5):
        commit_many(takes=takes, now=timezone.now())
    assert counters(apples) == (0, 0, 10)
    assert shelf(apples) == (90, 0, 10)
    assert StockMovement.objects.filter(kind=MovementKind.COMMIT).count() == 5


def test_what_is_sold_is_neither_released_nor_sold_again(apples):
    take(apples, 2, "order:ALICE")
    take(apples, 2, "order:BOB")
    sale = [("order:ALICE", Take(apples.pk, 2))]
    commit_many(takes=sale, now=timezone.now())
    for again in (commit_many, release_many):
        with pytest.raises(NotReserved), transaction.atomic():
            again(takes=sale, now=timezone.now())
    assert counters(apples) == (6, 2, 2)


def test_a_missed_campaign_gives_everything_back(apples):
    take(apples, 2, "order:ALICE")
    take(apples, 5, "order:BOB")
    close_allotments(purpose=PURPOSE)
    takes = [("order:ALICE", Take(apples.pk, 2)), ("order:BOB", Take(apples.pk, 5))]
    release_many(takes=takes, now=timezone.now())
    return_allotments(purpose=PURPOSE, now=timezone.now())
    assert shelf(apples) == (100, 0, 0)


def test_nothing_to_end_is_no_trouble(apples):
    commit_many(takes=[], now=timezone.now())
    release_many(takes=[], now=timezone.now())
    assert counters(apples) == (10, 0, 0)


def test_reserving_one_sku_takes_one_call(apples, django_assert_num_queries):
    """The hot path: the call, in a savepoint of its own where there is a transaction around it."""
    with transaction.atomic(), django_assert_num_queries(5):
        reserve(takes=[Take(apples.pk, 1)], document="order:ALICE", now=timezone.now())


def test_a_refused_reservation_cannot_be_committed_by_mistake(apples):
    """Whoever swallows the refusal loses the transaction, not the books."""
    with transaction.atomic():
        with transaction.atomic(), pytest.raises(SoldOut):
            reserve(takes=[Take(apples.pk, 11)], document="order:ALICE", now=timezone.now())
        assert not connection.needs_rollback
    assert not StockMovement.objects.filter(document="order:ALICE").exists()


def test_selling_the_last_piece_takes_the_product_off_the_shelf(db):
    """B3: nothing available and nothing set aside means sold out; a lapsed order brings it back."""
    sku = make_sku(make_merchant(), stock=2)
    cherries = make_allotment(sku, 2, purpose="campaign:CHERRIES")
    assert Product.objects.get().status == ProductStatus.ON_SHELF
    take(cherries, 2, "order:ALICE")
    assert Product.objects.get().status == ProductStatus.SOLD_OUT
    release(takes=[Take(cherries.pk, 2)], document="order:ALICE", now=timezone.now())
    assert Product.objects.get().status == ProductStatus.ON_SHELF
