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
from django.db.models import Q
from django.utils import timezone

from analytics.models import CampaignDay
from analytics.selectors.dashboard import dashboard
from analytics.selectors.facts import best_of
from catalog.selectors.stock import movements_of
from common.clock import day_of
from common.outgoing import HttpInsideTransaction
from community.selectors import questions
from community.selectors.points import entries_of
from community.selectors.reviews import counts_of, of_product
from faults.due import tasks
from marketing.selectors.claimable import claimable
from marketing.selectors.mine import EXPIRED, ORDERS, USABLE, USED, coupons_of
from marketing.selectors.promotions import of_merchant as promotions_of
from marketing.selectors.results import of_merchant as coupons_made_by
from notifications.models import Dispatch
from notifications.selectors.inbox import messages_of
from orders.models import Order
from orders.selectors.completed import held_of
from orders.selectors.orders import of_buyer
from orders.states import OrderStatus
from payments.selectors.commissions import commissions_of
from tests.browser.addresses import pages_of
from tests.browser.world import make_world
from tests.factories.accounts import make_merchant, make_user
from tests.factories.catalog import make_sku
from web.backoffice.numbers.pages import LISTED
from web.keyset import Stretch, page_of_stretches

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
        "community_question",
        "community_review",
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


def lists_with_an_index() -> list[tuple[str, Stretch]]:
    person, shop, now = make_user(), make_merchant(), timezone.now()
    sku = make_sku(shop)
    product = sku.product
    asked, given = questions.of_merchant(shop), claimable(person, now=now)
    written, asked_last, answered_last = ("-written_at", "-pk"), ("-asked_at", "-pk"), ("-answered_at", "-pk")
    return [
        ("order_of_buyer", Stretch(of_buyer(person))),
        (
            "order_of_merchant",
            Stretch(Order.objects.filter(merchant=shop), parts=[Q(status=status) for status in OrderStatus]),
        ),
        ("order_of_merchant", Stretch(held_of(shop).filter(status=OrderStatus.READY), ("pk",))),
        ("order_held", Stretch(held_of(shop).filter(status=OrderStatus.RECEIVED), ("completes_at", "pk"))),
        ("message_inbox", Stretch(messages_of(person.pk))),
        ("points_of_person", Stretch(entries_of(person))),
        ("commission_of_beneficiary", Stretch(commissions_of(person))),
        ("movement_newest", Stretch(movements_of(sku))),
        ("archived_movement_newest", Stretch(movements_of(sku))),
        ("review_of_product_own", Stretch(of_product(product).filter(source=""), written)),
        ("review_of_product_imported", Stretch(of_product(product).exclude(source=""), written)),
        ("review_by_stars", Stretch(of_product(product, stars=1), written)),
        ("question_of_product", Stretch(questions.of_product(product), asked_last)),
        ("question_waiting", Stretch(asked.filter(answer=""), asked_last)),
        ("question_answered", Stretch(asked.exclude(answer=""), answered_last)),
        ("coupon_by_its_end", Stretch(coupons_of(person, USABLE, now=now), ORDERS[USABLE])),
        ("coupon_by_its_end", Stretch(coupons_of(person, EXPIRED, now=now), ORDERS[EXPIRED])),
        ("coupon_used", Stretch(coupons_of(person, USED, now=now), ORDERS[USED])),
        ("coupon_template_closing", Stretch(given.exclude(closes_at=None), ("closes_at", "pk"))),
        ("coupon_template_open_end", Stretch(given.filter(closes_at=None))),
        ("coupon_template_of_merchant", Stretch(coupons_made_by(shop))),
        ("promotion_of_merchant", Stretch(promotions_of(shop))),
    ]


def deep_in(stretch: Stretch) -> dict[str, str]:
    """The parameters of an address that leads on from a row somewhere in it."""
    keys = [9 if name.endswith("pk") else timezone.now().isoformat() for name in stretch.by]
    return {"after": urlsafe_b64encode(json.dumps([0, *keys]).encode()).decode()}


@pytest.mark.django_db
def test_a_long_list_is_read_in_the_order_of_its_index() -> None:
    """Reliability 17: on the first page and on a deep one."""
    for index, stretch in lists_with_an_index():
        for query in ({}, deep_in(stretch)):
            found: set[tuple[str, str]] = set()
            with ways(found):
                page_of_stretches(query, [stretch])
            assert index in {name for _kind, name in found}, (index, query, found)


@pytest.mark.django_db
def test_the_stars_of_a_product_are_counted_by_an_index_alone() -> None:
    """B7: no review is read for its average."""
    product = make_sku(make_merchant()).product
    found: set[tuple[str, str]] = set()
    with ways(found):
        counts_of(product)
    assert found == {("Index Only Scan", "review_by_stars")}


@pytest.mark.django_db
def test_a_statement_without_an_index_is_noticed() -> None:
    found: set[tuple[str, str]] = set()
    with scans(found):
        list(Dispatch.objects.filter(kind="order_ready"))
    assert [table for table, _sql in found] == ["notifications_dispatch"]
