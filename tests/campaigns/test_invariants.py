"""The statements that must always be true, tried on a small sound world: each of them sees the harm it is there for."""

import datetime as dt
import inspect
import re

import pytest
from django.db import connection, transaction

from campaigns import invariants as of_campaigns
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common.invariants import check_all
from orders import invariants as of_orders
from orders.services.paying import start_payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.fixtures.gateways import NAME

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)

SETTLED = "(SELECT id FROM campaigns_campaign WHERE title = '成了')"
OPEN = "(SELECT id FROM campaigns_campaign WHERE title = '开着')"
MISSED = "(SELECT id FROM campaigns_campaign WHERE title = '没成')"
SUBSIDISED = "(SELECT id FROM campaigns_campaign WHERE title = '补贴')"
A_LINE = "(SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE o.status = 'preparing' "
A_LINE += "ORDER BY l.id LIMIT 1)"
AN_ORDER = "(SELECT id FROM orders_order WHERE status = '%s' ORDER BY id LIMIT 1)"

# What somebody breaks, in SQL, and which statement must see it. A constraint that stands in the way is dropped first.
HARM: list[tuple[str, str]] = [
    ("order_lines_add_up", f"UPDATE orders_orderline SET paid_fen = paid_fen + 1 WHERE id = {A_LINE}"),
    ("order_lines_add_up", f"UPDATE orders_order SET goods_fen = goods_fen - 1 WHERE id = {AN_ORDER % 'paid'}"),
    ("price_lines_explain_each_line", f"UPDATE orders_priceline SET line_id = NULL WHERE line_id = {A_LINE}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET paid_at = NULL WHERE id = {AN_ORDER % 'paid'}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET paid_at = now() WHERE id = {AN_ORDER % 'pending_payment'}"),
    ("paid_orders_are_paid", f"UPDATE orders_order SET status = 'ready' WHERE id = {AN_ORDER % 'pending_payment'}"),
    ("paid_orders_are_paid", "UPDATE payments_payment SET amount_fen = amount_fen - 1 WHERE applied"),
    ("refund_parts_add_up", "UPDATE orders_refundline SET amount_fen = amount_fen + 1"),
    ("refund_parts_add_up", f"UPDATE orders_orderline SET refunded_fen = refunded_fen + 1 WHERE id = {A_LINE}"),
    ("refund_parts_add_up", "DELETE FROM orders_refundline"),
    ("refund_parts_add_up", "UPDATE orders_order SET freight_refunded_fen = 1"),
    ("ended_orders_hold_nothing", "UPDATE orders_orderclaim SET given_back_at = NULL"),
    ("ended_orders_hold_nothing", "UPDATE orders_orderclaim SET given_back_at = now()"),
    (
        "cancelled_paid_orders_are_refunded",
        "UPDATE payments_payment SET refund_fen = refund_fen - 1 WHERE subject_number IN "
        "(SELECT number FROM orders_order WHERE status = 'cancelled')",
    ),
    ("held_orders_wait", "UPDATE orders_hold SET released_at = now()"),
    ("held_orders_wait", "UPDATE orders_hold SET released_at = NULL"),
    ("order_belongs_to_its_merchant", "UPDATE orders_pickuppoint SET merchant_id = merchant_id + 1"),
    ("order_belongs_to_its_merchant", "UPDATE catalog_product SET merchant_id = merchant_id + 1"),
    ("timeline_is_a_chain", "DELETE FROM common_transition WHERE entity = 'orders.order' AND to_state = 'paid'"),
    ("timeline_is_a_chain", f"UPDATE orders_order SET status = 'completed' WHERE id = {AN_ORDER % 'preparing'}"),
    (
        "timeline_is_a_chain",
        "INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, at) "
        f"SELECT 'orders.order', id, '', 'paid', '', now() FROM orders_order WHERE id = {AN_ORDER % 'paid'}",
    ),
    ("no_order_waits_for_ever", "UPDATE orders_order SET pay_by = now() - interval '2 hours'"),
    ("counters_match_orders", "UPDATE campaigns_campaignprogress SET paid_participants = paid_participants + 1"),
    ("counters_match_orders", "UPDATE campaigns_campaignprogress SET paid_pieces = paid_pieces + 1"),
    ("counters_match_orders", "UPDATE campaigns_campaignorder SET left_at = NULL"),
    ("counted_means_paid", "UPDATE campaigns_campaignorder SET counted_at = NULL"),
    ("counted_means_paid", "UPDATE campaigns_campaignorder SET counted_at = now()"),
    ("pieces_are_lines", "UPDATE campaigns_campaignorder SET pieces = pieces + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET live_pieces = live_pieces + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET live_orders = live_orders + 1"),
    ("person_row_matches_orders", "UPDATE campaigns_participant SET paid_orders = paid_orders + 1"),
    ("person_row_matches_orders", f"UPDATE campaigns_campaign SET limit_per_person = 1 WHERE id = {OPEN}"),
    ("places_are_people", f"UPDATE campaigns_campaign SET max_participants = 1 WHERE id = {OPEN}"),
    ("places_are_people", "UPDATE campaigns_campaignprogress SET places_taken = places_taken + 1"),
    ("early_birds_are_orders", f"UPDATE campaigns_campaign SET early_bird_orders = 0 WHERE id = {OPEN}"),
    ("early_birds_are_orders", "UPDATE campaigns_campaignprogress SET early_birds = early_birds + 1"),
    ("prices_fall", "UPDATE campaigns_tierprice SET unit_price_fen = 2990"),
    (
        "prices_fall",
        "DELETE FROM campaigns_tierprice WHERE id = (SELECT max(id) FROM campaigns_tierprice)",
    ),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET minimum = 99 WHERE id = {SETTLED}"),
    (
        "outcome_follows_the_rules",
        "UPDATE campaigns_campaign c SET final_tier_id = (SELECT id FROM campaigns_tier t WHERE t.campaign_id = c.id "
        f"ORDER BY threshold DESC LIMIT 1) WHERE id = {SETTLED}",
    ),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET final_count = minimum WHERE id = {MISSED}"),
    ("outcome_follows_the_rules", f"UPDATE campaigns_campaign SET when_missed = 'refund' WHERE id = {SUBSIDISED}"),
    ("frozen_count_stands", f"UPDATE campaigns_campaign SET final_count = final_count + 1 WHERE id = {SETTLED}"),
    ("frozen_count_stands", "UPDATE campaigns_campaignprogress SET counts_fixed_at = NULL"),
    ("goods_go_out_after_success", f"UPDATE orders_order SET status = 'preparing' WHERE id = {AN_ORDER % 'paid'}"),
    (
        "everybody_pays_the_final_price",
        f"UPDATE orders_orderline SET final_unit_price_fen = final_unit_price_fen - 1 WHERE id = {A_LINE}",
    ),
    ("everybody_pays_the_final_price", f"DELETE FROM orders_refundline WHERE line_id = {A_LINE}"),
    ("settled_leaves_nobody_waiting", f"UPDATE campaigns_campaign SET settled_at = now() WHERE id = {OPEN}"),
    ("settled_leaves_nobody_waiting", "UPDATE catalog_allotment SET returned_at = NULL"),
    ("orders_belong_to_their_campaign", f"UPDATE orders_order SET source_code = '' WHERE id = {AN_ORDER % 'paid'}"),
    (
        "orders_belong_to_their_campaign",
        f"UPDATE campaigns_campaign SET merchant_id = merchant_id + 1 WHERE id = {OPEN}",
    ),
    ("gate_matches_state", "UPDATE catalog_allotment SET is_open = NOT is_open"),
    (
        "no_campaign_is_stuck",
        "UPDATE campaigns_campaign SET opens_at = now() - interval '2 hours', closes_at = now() - interval '1 hour'",
    ),
    (
        "no_campaign_is_stuck",
        f"UPDATE campaigns_campaign SET settled_at = NULL, closing_since = now() - interval '1 hour' "
        f"WHERE id = {SETTLED}",
    ),
    (
        "no_campaign_is_stuck",
        "UPDATE campaigns_campaign c SET settled_at = NULL, closing_since = now() - interval '2 hours' FROM "
        "orders_order o JOIN payments_payment p ON p.subject_number = o.number AND p.status = 'pending' "
        f"WHERE c.id = {OPEN} AND o.source_code = c.code",
    ),
]


@pytest.fixture
def world(now: dt.datetime) -> None:
    """One campaign that succeeded, one that is open with early birds and a leaver, one missed, one subsidised, one
    given up. Rolled back with all harm afterwards."""
    merchant = make_merchant(now=now)
    settled = make_open(merchant, now=now, title="成了")
    fill(settled, 5, now=now)
    settle(campaign_id=settled.pk, now=now + DAY)
    running = make_open(
        merchant, now=now, title="开着", max_participants=9, early_bird_orders=1, early_bird_price_fen=1990
    )
    alice = make_user(name="Alice")
    join_and_pay(alice, running, 2, now=now)
    fill(running, 1, now=now)
    leaver = join_and_pay(make_user(name="Lea"), running, now=now)
    withdraw(buyer=leaver.buyer, order=leaver, now=now)
    join_as(make_user(name="Bob"), running, now=now)
    start_payment(order=join_as(make_user(name="Dan"), running, now=now), gateway=NAME, now=now)
    missed = make_open(merchant, now=now, title="没成")
    fill(missed, 1, now=now)
    join_as(make_user(name="Carol"), missed, now=now)
    settle(campaign_id=missed.pk, now=now + DAY)
    subsidised = make_open(merchant, now=now, title="补贴", when_missed="subsidy")
    fill(subsidised, 1, now=now)
    settle(campaign_id=subsidised.pk, now=now + DAY)
    given_up = make_open(merchant, now=now, title="不做了")
    fill(given_up, 1, now=now)
    cancel(campaign=given_up, actor_id=owner_of(merchant).pk, reason="霜冻", now=now)
    settle(campaign_id=given_up.pk, now=now)


def drop_check_constraints() -> None:
    """Nothing below stands in the way any more: neither triggers nor checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid::regclass::text ~ '^(orders|campaigns|payments|catalog)_'"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def test_every_harm_is_seen(world: None) -> None:
    """Reliability, part 2: the sound world breaks nothing, and each harm is seen by the statement that names it."""
    assert check_all() == []
    drop_check_constraints()
    unseen = []
    for name, harm in HARM:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(harm)
                assert cursor.rowcount > 0, f"the world holds nothing to break: {harm}"
            if name not in {violation.invariant for violation in check_all()}:
                unseen.append((name, harm))
            transaction.set_rollback(True)
    assert unseen == []
    assert check_all() == []


def test_every_statement_is_tried() -> None:
    """A new statement brings its harm along."""
    declared = set()
    for module in (of_orders, of_campaigns):
        declared |= set(re.findall(r'declare\(\s*"([^"]+)"', inspect.getsource(module)))
    assert declared == {name for name, _harm in HARM}
