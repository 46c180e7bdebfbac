"""Every page of shop and back office and every sweep finds its rows by an index.

Sequential scans are made so dear that the planner only keeps those for which there is no index at all; none may be left
over a table that grows with the orders.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from analytics.models import CampaignDay
from analytics.selectors.dashboard import dashboard
from analytics.selectors.facts import best_of
from catalog.selectors.stock import movements_of
from common.clock import day_of
from common.outgoing import HttpInsideTransaction
from community.selectors.points import entries_of
from faults.due import tasks
from notifications.models import Dispatch
from notifications.selectors.inbox import messages_of
from orders.models import Order
from orders.selectors.orders import of_buyer
from orders.states import OrderStatus
from payments.selectors.commissions import commissions_of
from tests.browser.addresses import pages_of
from tests.browser.world import make_world
from tests.factories.accounts import make_merchant, make_user
from tests.factories.catalog import make_sku
from web.backoffice.numbers.pages import LISTED
from web.keyset import keyset_page

GROWING = frozenset(
    {
        "accounts_user",
        "campaigns_campaignorder",
        "campaigns_participant",
        "catalog_archivedstockmovement",
        "catalog_stockmovement",
        "common_auditentry",
        "common_eventdelivery",
        "common_idempotencykey",
        "common_outboxevent",
        "common_transition",
        "community_pointsentry",
        "marketing_coupon",
        "notifications_dispatch",
        "notifications_notification",
        "orders_order",
        "orders_orderclaim",
        "orders_orderline",
        "orders_priceline",
        "orders_refundline",
        "payments_callback",
        "payments_ledgerentry",
        "payments_ledgertransaction",
        "payments_payment",
        "payments_refund",
        "risk_sighting",
    }
)
# They read all there is of small tables, or of everything: that is what they are for.
READ_ALL = ("common.tasks.check_invariants", "common.tasks.walk_invariants")
READS = ("SELECT", "UPDATE", "DELETE", "WITH")


@contextmanager
def scans(found: set[tuple[str, str]]) -> Iterator[None]:
    """Explain every statement, each once, and note (growing table that it reads from end to end, statement)."""
    seen: set[str] = set()

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and sql not in seen and sql.lstrip().upper().startswith(READS):
            seen.add(sql)
            found.update((table, sql) for table in _read_whole(_plan(sql, params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


def _plan(sql: str, params: Any, off: Sequence[str] = ("seqscan",)) -> dict[str, Any]:
    with connection.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT plans; " + "; ".join(f"SET LOCAL enable_{way} = off" for way in off))
        try:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            (answer,) = cursor.fetchone()
        finally:
            cursor.execute("ROLLBACK TO plans; RELEASE plans")
    plans = json.loads(answer) if isinstance(answer, str) else answer
    return plans[0]["Plan"]


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    return (node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan" and _grows(node))


def _grows(node: dict[str, Any]) -> bool:
    return node["Relation Name"] in GROWING


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


# To a table that was analysed while it was empty every way is as long as every other.
AS_IF_NEVER_ANALYSED = """
UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
"""


@contextmanager
def ways(found: set[tuple[str, str]]) -> Iterator[None]:
    """Note (kind of scan, index) of every look into a table, where no row may be sorted that an index has in order."""

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        plan = _plan(sql, params, ("seqscan", "bitmapscan", "sort", "incremental_sort"))
        found.update((node["Node Type"], node["Index Name"]) for node in _nodes(plan) if "Index Name" in node)
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute(AS_IF_NEVER_ANALYSED)
    with connection.execute_wrapper(look):
        yield


@pytest.mark.django_db
def test_no_page_and_no_sweep_reads_a_growing_table_from_end_to_end(scripted_gateway: object) -> None:
    """A sweep that goes on to ask a gateway is stopped there: what it looked for, it has asked by then."""
    world = make_world()
    found: set[tuple[str, str]] = set()
    with scans(found):
        for person in (world.alice, world.leader):
            pages_of("storefront", person)
        pages_of("backoffice", world.owner, merchant=world.merchant.code)
        for name, task in sorted(tasks().items()):
            if name not in READ_ALL:
                with suppress(HttpInsideTransaction), transaction.atomic():
                    task()
    assert found == set()


@pytest.mark.django_db
def test_what_a_day_sold_is_answered_by_indexes_alone() -> None:
    """J1: no order, refund or result is read to count a day, and no fact to rank the campaigns of a month."""
    shop, now = make_merchant(), timezone.now()
    facts = CampaignDay.objects.filter(merchant=shop, day__gte=day_of(now))
    found: set[tuple[str, str]] = set()
    with ways(found):
        dashboard(shop.pk, days=30, charted=60, now=now)
        best_of(facts, "campaign_id", LISTED, limit=10)
    alone = {index for kind, index in found if kind == "Index Only Scan"}
    assert {"order_paid", "refund_line_of_merchant", "campaign_decided", "campaign_day_of_merchant"} <= alone
    assert not {index for kind, index in found if kind == "Index Scan"} & alone


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{}, {"after": urlsafe_b64encode(b"[9]").decode()}])
def test_a_long_list_is_read_in_the_order_of_its_index(query: dict[str, str]) -> None:
    """Reliability 17: on the first page and on a deep one."""
    person, shop = make_user(), make_merchant()
    sku = make_sku(shop)
    lists: dict[str, tuple[QuerySet[Any], Sequence[Q]]] = {
        "order_of_buyer": (of_buyer(person), [Q()]),
        "order_of_merchant": (Order.objects.filter(merchant=shop), [Q(status=status) for status in OrderStatus]),
        "message_inbox": (messages_of(person.pk), [Q()]),
        "points_of_person": (entries_of(person), [Q()]),
        "commission_of_beneficiary": (commissions_of(person), [Q()]),
        "movement_newest": (movements_of(sku), [Q()]),
        "archived_movement_newest": (movements_of(sku), [Q()]),
    }
    for index, (rows, parts) in lists.items():
        found: set[tuple[str, str]] = set()
        with ways(found):
            keyset_page(query, rows, parts=parts)
        assert index in {name for _kind, name in found}, (index, found)


@pytest.mark.django_db
def test_a_statement_without_an_index_is_noticed() -> None:
    found: set[tuple[str, str]] = set()
    with scans(found):
        list(Dispatch.objects.filter(kind="order_ready"))
    assert [table for table, _sql in found] == ["notifications_dispatch"]
