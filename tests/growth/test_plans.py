"""Every page of shop and back office and every sweep finds its rows by an index.

Sequential scans are made so dear that the planner only keeps those for which there is no index at all; none may be left
over a table that grows with the orders.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, transaction

from common.outgoing import HttpInsideTransaction
from faults.due import tasks
from notifications.models import Dispatch
from tests.browser.addresses import pages_of
from tests.browser.world import make_world

GROWING = frozenset(
    {
        "accounts_user",
        "campaigns_campaignorder",
        "campaigns_participant",
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
# It reads all there is, that is what it is for.
READS_ALL = "common.tasks.check_invariants"
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


def _plan(sql: str, params: Any) -> dict[str, Any]:
    with connection.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT plans; SET LOCAL enable_seqscan = off")
        try:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            (answer,) = cursor.fetchone()
        finally:
            cursor.execute("ROLLBACK TO plans; RELEASE plans")
    plans = json.loads(answer) if isinstance(answer, str) else answer
    return plans[0]["Plan"]


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in GROWING:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _read_whole(part)


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
            if name != READS_ALL:
                with suppress(HttpInsideTransaction), transaction.atomic():
                    task()
    assert found == set()


@pytest.mark.django_db
def test_a_statement_without_an_index_is_noticed() -> None:
    found: set[tuple[str, str]] = set()
    with scans(found):
        list(Dispatch.objects.filter(kind="order_ready"))
    assert [table for table, _sql in found] == ["notifications_dispatch"]
