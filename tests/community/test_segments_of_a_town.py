"""H7: the night's work is set-based: thousands of members with their past take seconds."""

import datetime as dt
import time

import pytest
from django.db import connection

from common.models import OutboxEvent
from community.models import MemberSegment
from community.services.segmenting.recomputing import recompute_segments
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_sku
from tests.factories.community import make_community

NOW = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
# A quarter of the twenty thousand of a town shows as well that nothing goes one by one.
PEOPLE = 5_000
# They take less than one second on two cores; however busy these are, what grows with the square takes minutes.
SECONDS = 30

# Everybody has shared ten times and bought five times, spread over four months.
TOWN = """
INSERT INTO accounts_user (id, code, phone, phone_hash, phone_tail, name, password, language, refund_to_balance,
                           is_active, is_staff, is_superuser, joined_at)
SELECT n, 'U' || n, '', 'hash' || n, '0000', '', '', 'zh-hans', false, true, false, false, %(now)s
  FROM generate_series(1000000, 1000000 + %(people)s - 1) n;
INSERT INTO community_membership (community_id, user_id, joined_at)
SELECT %(community)s, id, %(now)s - id %% 200 * interval '1 day' FROM accounts_user WHERE id >= 1000000;
INSERT INTO community_sharelink (code, sharer_id, subject_kind, subject_code, made_at, visits)
SELECT 'S' || id %% 1000000 || '-' || turn, id, 'campaign', 'C' || turn,
       %(now)s - (id * turn) %% 120 * interval '1 day', 0
  FROM accounts_user, generate_series(1, 10) turn WHERE id >= 1000000;
INSERT INTO orders_order (id, number, buyer_id, merchant_id, source_kind, source_code, status, cancel_reason,
                          leader_rate_bp, pickup_code, recipient_name, recipient_phone, delivery_region,
                          delivery_detail, goods_fen, freight_fen, payable_fen, freight_refunded_fen,
                          placed_at, pay_by, paid_at)
SELECT id * 10 + turn, 'N' || id || '-' || turn, id, %(merchant)s, '', '', 'received', '', 0, '', '', '', '', '',
       15000, 0, 15000, 0, %(now)s, %(now)s, %(now)s - (id * turn) %% 110 * interval '1 day'
  FROM accounts_user, generate_series(1, 5) turn WHERE id >= 1000000;
INSERT INTO orders_orderline (order_id, sku_id, product_name, specification, quantity, unit_price_fen, paid_fen,
                              refunded_fen, no_reason_return, return_days)
SELECT id, %(sku)s, '', '', 1, 15000, 15000, 0, false, 0 FROM orders_order WHERE id >= 10000000;
ANALYZE;
"""


@pytest.mark.django_db
def test_thousands_of_members_take_seconds() -> None:
    sku = make_sku(make_merchant())
    with connection.cursor() as cursor:
        ids = {"sku": sku.pk, "merchant": sku.product.merchant_id, "community": make_community().pk}
        cursor.execute(TOWN, ids | {"now": NOW, "people": PEOPLE})
    begun = time.perf_counter()
    assert recompute_segments(now=NOW) == PEOPLE
    assert time.perf_counter() - begun < SECONDS
    assert MemberSegment.objects.exclude(monetary_score=0).count() == PEOPLE
    assert OutboxEvent.objects.filter(name="community.SegmentChanged").count() == PEOPLE
