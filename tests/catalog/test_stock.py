import datetime as dt

import pytest
from django.db import transaction

from catalog.errors import NotEnoughStock
from catalog.events import StockLow
from catalog.handlers import tell_staff_of_low_stock
from catalog.models import Product, Sku, Stock, StockMovement
from catalog.selectors.levels import left_of_products, left_of_skus
from catalog.selectors.stock import movements_of, sku_for_merchant, stocks_of
from catalog.services.products import take_off_shelf
from catalog.services.reserving import Take, release, reserve
from catalog.services.stock import adjust, set_alert_threshold
from catalog.states import ProductStatus
from common import events
from common.errors import InvalidField, NotFound
from common.models import AuditEntry, OutboxEvent, Transition
from notifications.models import Message
from tests.factories.accounts import make_merchant, make_staff, owner_of
from tests.factories.catalog import fill, make_allotment, make_product, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def change(sku: Sku, quantity: int, now: dt.datetime = NOW) -> None:
    adjust(sku_id=sku.pk, quantity=quantity, reason="盘点", actor_id=None, now=now)


def alarms() -> list[dict]:
    return list(OutboxEvent.objects.filter(name="catalog.StockLow").order_by("id").values_list("payload", flat=True))


def test_a_delivery_is_added_and_the_journal_keeps_who_and_why():
    """B3: an adjustment is a movement."""
    merchant = make_merchant()
    sku = make_sku(merchant, stock=0)
    stan = make_staff(merchant)
    adjust(sku_id=sku.pk, quantity=40, reason=" 到货 ", actor_id=stan.pk, now=NOW)
    stock = Stock.objects.get()
    assert (stock.available, stock.adjusted) == (40, 40)
    movement = StockMovement.objects.get()
    assert (movement.available_delta, movement.reason, movement.actor_id, movement.at) == (40, "到货", stan.pk, NOW)


def test_what_is_missing_is_taken_off():
    sku = make_sku(make_merchant(), stock=40)
    change(sku, -3)
    assert Stock.objects.get().available == 37


def test_no_more_is_taken_off_than_lies_there():
    sku = make_sku(make_merchant(), stock=2)
    with pytest.raises(NotEnoughStock) as refused:
        change(sku, -3)
    assert refused.value.params == {"available": 2}
    assert StockMovement.objects.count() == 1


def test_pieces_in_a_campaign_cannot_be_counted_away():
    sku = make_sku(make_merchant(), stock=10)
    make_allotment(sku, 9)
    with pytest.raises(NotEnoughStock):
        change(sku, -2)


@pytest.mark.parametrize(("quantity", "reason"), [(0, "盘点"), (1_000_001, "盘点"), (1, "  "), (1, "x" * 201)])
def test_an_adjustment_has_a_quantity_and_a_reason(quantity, reason):
    sku = make_sku(make_merchant())
    with pytest.raises(InvalidField):
        adjust(sku_id=sku.pk, quantity=quantity, reason=reason, actor_id=None, now=NOW)


def test_nothing_is_counted_of_a_sku_that_does_not_exist():
    with pytest.raises(NotFound), transaction.atomic():
        adjust(sku_id=404, quantity=1, reason="盘点", actor_id=None, now=NOW)


def test_the_alarm_is_given_once_for_each_crossing():
    """B3: 库存预警 at the threshold, not again below it, and again after a refill."""
    sku = make_sku(make_merchant(), stock=10)
    set_alert_threshold(sku_id=sku.pk, threshold=5, actor_id=None, now=NOW)
    change(sku, -4)
    assert alarms() == []
    change(sku, -1)
    change(sku, -1)
    assert alarms() == [{"sku_id": sku.pk, "left": 5, "since": NOW.isoformat()}]
    change(sku, 10)
    assert Stock.objects.get().low_since is None
    change(sku, -9, LATER)
    assert [alarm["left"] for alarm in alarms()] == [5, 5]
    assert Stock.objects.get().low_since == LATER


def test_buyers_of_a_campaign_set_it_off():
    """B3: the unsold pieces of the campaign count as left, so each buyer brings the threshold nearer."""
    sku = make_sku(make_merchant(), stock=10)
    set_alert_threshold(sku_id=sku.pk, threshold=5, actor_id=None, now=NOW)
    allotment = make_allotment(sku, 8)
    reserve(takes=[Take(allotment.pk, 4)], document="order:ALICE", now=NOW)
    assert alarms() == []
    reserve(takes=[Take(allotment.pk, 1)], document="order:BOB", now=NOW)
    assert [alarm["left"] for alarm in alarms()] == [5]
    release(takes=[Take(allotment.pk, 4)], document="order:ALICE", now=NOW)
    assert Stock.objects.get().low_since is None


def test_a_threshold_above_what_is_left_gives_the_alarm_at_once():
    sku = make_sku(make_merchant(), stock=10)
    set_alert_threshold(sku_id=sku.pk, threshold=10, actor_id=None, now=NOW)
    assert [alarm["left"] for alarm in alarms()] == [10]
    set_alert_threshold(sku_id=sku.pk, threshold=0, actor_id=None, now=NOW)
    assert Stock.objects.get().low_since is None
    assert AuditEntry.objects.filter(action="stock.threshold").count() == 2


@pytest.mark.parametrize("threshold", [-1, 1_000_001])
def test_a_threshold_is_a_number_of_pieces(threshold):
    with pytest.raises(InvalidField):
        set_alert_threshold(sku_id=make_sku(make_merchant()).pk, threshold=threshold, actor_id=None, now=NOW)


def test_a_sku_that_does_not_exist_has_no_threshold():
    with pytest.raises(NotFound):
        set_alert_threshold(sku_id=404, threshold=1, actor_id=None, now=NOW)


def test_the_staff_read_it_in_their_inbox_once_and_nobody_else_does():
    """B3: owner and manager of this merchant; the other merchant hears nothing, and a second relay adds nothing."""
    merchant, other = make_merchant(), make_merchant("梨园")
    stan = make_staff(merchant)
    sku = make_sku(merchant, stock=10, name="红富士苹果")
    set_alert_threshold(sku_id=sku.pk, threshold=5, actor_id=None, now=NOW)
    change(sku, -7)
    events.drain(now=LATER + dt.timedelta(days=3650))
    told = Message.objects.filter(kind="stock_low")
    assert set(told.values_list("recipient_id", flat=True)) == {owner_of(merchant).pk, stan.pk}
    assert {message.title for message in told} == {"库存预警：红富士苹果 5 斤装 只剩 3 件"}
    assert not told.filter(recipient=owner_of(other)).exists()


def test_the_handler_may_run_twice():
    sku = make_sku(make_merchant(), stock=10)
    for _attempt in range(2):
        tell_staff_of_low_stock(StockLow(sku_id=sku.pk, left=3, since=NOW.isoformat()), NOW)
    assert Message.objects.filter(kind="stock_low").count() == 1


def test_a_product_without_a_piece_leaves_the_shelf_and_comes_back_with_the_next_delivery():
    """B3: sold out and back, both in its timeline."""
    sku = make_sku(make_merchant(), stock=3)
    change(sku, -3)
    assert Product.objects.get().status == ProductStatus.SOLD_OUT
    change(sku, 5)
    assert Product.objects.get().status == ProductStatus.ON_SHELF
    states = Transition.objects.filter(entity="catalog.product").order_by("id").values_list("to_state", flat=True)
    assert list(states) == ["draft", "on_shelf", "sold_out", "on_shelf"]


def test_one_specification_left_keeps_the_product_on_the_shelf():
    product = make_product(make_merchant(), stock=3, specifications=("5 斤装", "10 斤装"))
    first, second = product.skus.order_by("position")
    change(first, -3)
    assert Product.objects.get().status == ProductStatus.ON_SHELF
    change(second, -3)
    assert Product.objects.get().status == ProductStatus.SOLD_OUT


def test_a_delivery_does_not_put_back_what_the_merchant_took_off():
    product = make_product(make_merchant(), stock=3)
    take_off_shelf(product=product, actor_id=None, now=NOW)
    fill(product.skus.get(), 10)
    assert Product.objects.get().status == ProductStatus.OFF_SHELF


def test_what_is_left_counts_shelf_and_campaign():
    sku = make_sku(make_merchant(), stock=10)
    allotment = make_allotment(sku, 6)
    reserve(takes=[Take(allotment.pk, 2)], document="order:ALICE", now=NOW)
    assert left_of_skus([sku.pk]) == {sku.pk: 8}
    assert left_of_products([sku.product_id]) == {sku.product_id: 8}


def test_the_stock_list_is_the_merchants_own_lowest_first(django_assert_num_queries):
    merchant = make_merchant()
    plenty, few = make_sku(merchant, stock=50, name="梨"), make_sku(merchant, stock=2, name="桃")
    make_sku(make_merchant("别家"), stock=1)
    with django_assert_num_queries(1):
        rows = [(stock.sku.product.name, stock.left) for stock in stocks_of(merchant)]  # type: ignore[attr-defined]
    assert rows == [("桃", 2), ("梨", 50)]
    set_alert_threshold(sku_id=few.pk, threshold=5, actor_id=None, now=NOW)
    assert [stock.sku_id for stock in stocks_of(merchant, low_only=True)] == [few.pk]
    assert [movement.quantity for movement in movements_of(plenty)] == [50]


def test_a_stranger_cannot_open_the_sku():
    merchant, other = make_merchant(), make_merchant("别家")
    sku = make_sku(merchant)
    assert sku_for_merchant(merchant, sku.code) == sku
    with pytest.raises(NotFound):
        sku_for_merchant(other, sku.code)
