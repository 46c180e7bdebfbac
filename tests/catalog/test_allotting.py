import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.errors import AlreadyAllotted, NotEnoughStock, SellingClosed, StillReserved
from catalog.models import Allotment, Product, Stock, StockMovement
from catalog.services.allotting import allot, close_allotments, reopen_allotments, return_allotments
from catalog.services.reserving import Take, commit_many, reserve
from catalog.services.stock import set_alert_threshold
from catalog.states import MovementKind, ProductStatus
from common.errors import InvalidField
from common.models import OutboxEvent
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_allotment, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PURPOSE = "campaign:APPLES"


def shelf(sku) -> tuple[int, int, int]:
    """(available, allotted, sold)."""
    stock = Stock.objects.get(pk=sku.pk)
    return stock.available, stock.allotted, stock.sold


def test_opening_moves_pieces_from_the_shelf_to_the_campaign():
    """B3: the movement names the campaign."""
    sku = make_sku(make_merchant(), stock=100)
    allotment = allot(sku_id=sku.pk, quantity=30, purpose=PURPOSE, now=NOW)
    assert (allotment.free, allotment.is_open) == (30, True)
    assert shelf(sku) == (70, 30, 0)
    movement = StockMovement.objects.get(kind=MovementKind.ALLOT)
    assert (movement.document, movement.quantity, movement.available_delta) == (PURPOSE, 30, -30)


def test_no_campaign_gets_more_than_the_shelf_holds():
    sku = make_sku(make_merchant(), stock=29)
    with pytest.raises(NotEnoughStock) as refused:
        allot(sku_id=sku.pk, quantity=30, purpose=PURPOSE, now=NOW)
    assert refused.value.params == {"available": 29}
    assert not Allotment.objects.exists()
    assert shelf(sku) == (29, 0, 0)


def test_a_campaign_gets_its_pieces_once():
    sku = make_sku(make_merchant(), stock=100)
    allot(sku_id=sku.pk, quantity=30, purpose=PURPOSE, now=NOW)
    with pytest.raises(AlreadyAllotted):
        allot(sku_id=sku.pk, quantity=30, purpose=PURPOSE, now=NOW)
    assert shelf(sku) == (70, 30, 0)


def test_nobody_sets_nothing_aside():
    with pytest.raises(InvalidField):
        allot(sku_id=make_sku(make_merchant()).pk, quantity=0, purpose=PURPOSE, now=NOW)


def test_opening_a_campaign_raises_no_alarm():
    """B3, rule 17: with all pieces in the campaign the shelf is empty, yet nothing is low and nothing sold out."""
    sku = make_sku(make_merchant(), stock=10)
    set_alert_threshold(sku_id=sku.pk, threshold=5, actor_id=None, now=NOW)
    allot(sku_id=sku.pk, quantity=10, purpose=PURPOSE, now=NOW)
    assert Stock.objects.get().low_since is None
    assert Product.objects.get().status == ProductStatus.ON_SHELF
    assert not OutboxEvent.objects.filter(name="catalog.StockLow").exists()


def test_what_was_not_sold_comes_back_and_what_was_sold_stays_sold():
    sku = make_sku(make_merchant(), stock=100)
    allotment = make_allotment(sku, 30, purpose=PURPOSE)
    reserve(takes=[Take(allotment.pk, 12)], document="order:ALICE", now=NOW)
    commit_many(takes=[("order:ALICE", Take(allotment.pk, 12))], now=NOW)
    return_allotments(purpose=PURPOSE, now=NOW)
    assert shelf(sku) == (88, 0, 12)
    assert Allotment.objects.get().returned_at == NOW


def test_it_comes_back_once():
    sku = make_sku(make_merchant(), stock=100)
    make_allotment(sku, 30, purpose=PURPOSE)
    return_allotments(purpose=PURPOSE, now=NOW)
    return_allotments(purpose=PURPOSE, now=NOW)
    assert shelf(sku) == (100, 0, 0)


def test_nothing_comes_back_while_alice_holds_a_piece():
    sku = make_sku(make_merchant(), stock=100)
    allotment = make_allotment(sku, 30, purpose=PURPOSE)
    reserve(takes=[Take(allotment.pk, 2)], document="order:ALICE", now=NOW)
    with pytest.raises(StillReserved) as refused:
        return_allotments(purpose=PURPOSE, now=NOW)
    assert refused.value.params == {"reserved": 2}
    assert shelf(sku) == (70, 30, 0)


def test_a_campaign_sold_to_the_last_piece_returns_nothing():
    sku = make_sku(make_merchant(), stock=5)
    allotment = make_allotment(sku, 5, purpose=PURPOSE)
    reserve(takes=[Take(allotment.pk, 5)], document="order:ALICE", now=NOW)
    commit_many(takes=[("order:ALICE", Take(allotment.pk, 5))], now=NOW)
    return_allotments(purpose=PURPOSE, now=NOW)
    assert shelf(sku) == (0, 0, 5)
    assert not StockMovement.objects.filter(kind=MovementKind.RETURN).exists()


def test_closing_one_campaign_leaves_the_other_open():
    sku = make_sku(make_merchant(), stock=100)
    mine = make_allotment(sku, 5, purpose=PURPOSE)
    other = make_allotment(sku, 5, purpose="campaign:OTHER")
    close_allotments(purpose=PURPOSE)
    with pytest.raises(SellingClosed), transaction.atomic():
        reserve(takes=[Take(mine.pk, 1)], document="order:ALICE", now=timezone.now())
    reserve(takes=[Take(other.pk, 1)], document="order:BOB", now=timezone.now())


def test_what_has_been_returned_never_opens_again():
    make_allotment(make_sku(make_merchant()), 5, purpose=PURPOSE)
    return_allotments(purpose=PURPOSE, now=NOW)
    reopen_allotments(purpose=PURPOSE)
    assert Allotment.objects.get().is_open is False
