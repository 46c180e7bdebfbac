"""A statement that never fails proves nothing: each is broken once, behind the services' back."""

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Allotment, Stock
from catalog.services.allotting import return_allotments
from catalog.services.reserving import Take, commit_many, reserve
from common.invariants import check_all
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_allotment, make_sku

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled() -> Allotment:
    """Alice bought two of ten apples, Bob holds three, and another campaign is over."""
    sku = make_sku(make_merchant(), stock=100)
    allotment = make_allotment(sku, 10)
    reserve(takes=[Take(allotment.pk, 2)], document="order:ALICE", now=timezone.now())
    commit_many(takes=[("order:ALICE", Take(allotment.pk, 2))], now=timezone.now())
    reserve(takes=[Take(allotment.pk, 3)], document="order:BOB", now=timezone.now())
    make_allotment(sku, 5, purpose="campaign:OVER")
    return_allotments(purpose="campaign:OVER", now=timezone.now())
    return allotment


def broken() -> set[str]:
    return {violation.invariant for violation in check_all()}


def test_all_hold(settled):
    assert broken() == set()


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE catalog_stock SET available = available - 1, sold = sold + 1", {"stock.journal"}),
        ("UPDATE catalog_stock SET adjusted = adjusted + 1, available = available + 1", {"stock.journal"}),
        ("UPDATE catalog_stock SET allotted = allotted - 1, sold = sold + 1", {"stock.journal", "stock.allotted"}),
        ("UPDATE catalog_allotment SET reserved = reserved + 1 WHERE is_open", {"allotment.journal"}),
        ("UPDATE catalog_allotment SET quantity = 11 WHERE is_open", {"allotment.journal", "stock.allotted"}),
        ("UPDATE catalog_allotment SET is_open = true", {"allotment.returned"}),
        ("DELETE FROM catalog_stockmovement WHERE kind = 'return'", {"stock.journal", "allotment.journal"}),
        ("UPDATE catalog_stockmovement SET quantity = 1 WHERE kind = 'commit'", {"movement.ended_once"}),
        ("UPDATE catalog_stockmovement SET document = 'x' WHERE kind = 'commit'", {"movement.ended_once"}),
        ("UPDATE catalog_stock SET low_since = now()", {"stock.alerted"}),
        ("UPDATE catalog_stock SET alert_threshold = 98", {"stock.alerted"}),
        ("UPDATE catalog_product SET status = 'sold_out'", {"product.shelf"}),
        ("UPDATE catalog_sku SET retired_at = now()", {"product.shelf"}),
    ],
)
def test_what_was_tampered_with_is_named(settled, tampering, expected):
    """B3: the journal and the counters watch each other."""
    with connection.cursor() as cursor:
        cursor.execute(tampering)
    assert broken() & CATALOG == expected


CATALOG = {
    "allotment.journal",
    "allotment.not_oversold",
    "allotment.returned",
    "movement.ended_once",
    "product.shelf",
    "stock.alerted",
    "stock.allotted",
    "stock.conserved",
    "stock.exists",
    "stock.journal",
}


@pytest.mark.parametrize(
    ("table", "constraint", "tampering", "expected"),
    [
        ("catalog_allotment", "allotment_never_oversold", "SET sold = 20 WHERE is_open", "allotment.not_oversold"),
        ("catalog_stock", "stock_conserved", "SET adjusted = 1", "stock.conserved"),
        ("catalog_stock", "stock_never_negative", "SET available = -1, sold = sold + available + 1", "stock.conserved"),
    ],
)
def test_what_the_database_forbids_is_watched_as_well(settled, table, constraint, tampering, expected):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        cursor.execute(f"UPDATE {table} {tampering}")
    assert expected in broken()


def test_a_sku_without_stock_is_named(settled):
    Stock.objects.filter(pk=make_sku(make_merchant("别家"), stock=0).pk).delete()
    assert broken() == {"stock.exists"}
