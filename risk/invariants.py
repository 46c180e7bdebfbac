"""What must always be true of cases and of what is kept about people."""

from common.invariants import declare
from common.timelines import declare_timeline
from risk.models import RiskCase
from risk.states import CaseStatus

declare_timeline(RiskCase, begins=[CaseStatus.OPEN])

declare(
    "dismissed_cases_hold_nothing",
    "误报的案件不再冻结任何订单，冻结着的订单都说得出是哪个案件（I4）",
    """
    SELECT hold.id FROM orders_hold hold
    LEFT JOIN risk_riskcase found ON hold.kind = 'freeze:K' || found.id
    WHERE hold.kind LIKE 'freeze:K%' AND hold.released_at IS NULL AND (found.id IS NULL OR found.status = 'dismissed')
    """,
)

declare(
    "flagged_orders_have_cases",
    "下单时被标记的订单，一刻钟内都进了案件（I4）",
    """
    SELECT event.id FROM common_outboxevent event
    JOIN orders_order flagged ON flagged.id = (event.payload->>'order_id')::bigint
    WHERE event.name = 'orders.PlacingFlagged' AND event.published_at < now() - interval '15 minutes'
        AND NOT EXISTS (
            SELECT 1 FROM risk_evidence evidence JOIN risk_riskcase found ON found.id = evidence.case_id
            WHERE evidence.about = 'order:' || flagged.number AND found.detector = event.payload->>'check'
        )
    """,
    settled=True,
)

declare(
    "cases_have_evidence",
    "每个案件都有证据（I4）",
    """
    SELECT found.id FROM risk_riskcase found
    WHERE NOT EXISTS (SELECT 1 FROM risk_evidence evidence WHERE evidence.case_id = found.id)
    """,
)

declare(
    "evidence_carries_no_phone_number",
    "证据里没有手机号（I30）",
    r"""
    SELECT id FROM risk_evidence WHERE figures::text ~ '(^|\D)1[3-9]\d{9}(\D|$)'
    """,
)

declare(
    "sightings_are_forgotten",
    "在哪里见过谁，只记九十天（I30）",
    """
    SELECT 'device', id FROM risk_sighting WHERE last_seen < now() - interval '92 days'
    UNION ALL
    SELECT 'door', id FROM risk_addresssighting WHERE last_seen < now() - interval '92 days'
    """,
    settled=True,
)
