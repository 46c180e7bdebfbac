"""The deadline protocol: from open to everybody's final price, without a person.

1. open → closing, in its own commit: the gate is shut, nobody joins or leaves any more.
2. Payments still open are asked about at their gateway and closed; unpaid orders expire. Nothing is guessed: while a
   gateway does not answer, the campaign stays closing.
3. One short transaction fixes the counts, the final tier and the outcome.
4. Batches settle the orders and request their refunds, until a query finds none left.
5. What was not sold goes back to the shelf.

Every step asks the database what is left to do, so it may be run by several workers, repeated, and killed anywhere.
"""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Random
from django.utils.translation import gettext_noop

from campaigns.events import CampaignDecided, CampaignExtended, CampaignSettled
from campaigns.locks import lock_campaign
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Tier
from campaigns.pricing import Counts, Decision, decide, is_full
from campaigns.selectors.terms import load_terms
from campaigns.services.settlement_batches import settle_orders
from campaigns.sources import SOURCE, purpose_of
from campaigns.states import DECIDED, CampaignStatus, CloseReason
from catalog.services.allotting import close_allotments, reopen_allotments, return_allotments
from common import events, statemachine
from common.alerts import close_alert, raise_alert
from common.errors import Refusal, Unavailable
from orders.errors import PaymentUnderWay
from orders.models import Order
from orders.services.ending import expire
from orders.states import OrderStatus
from payments.errors import GatewayRefused

logger = logging.getLogger(__name__)

MOST_SILENCE = 3
# A payer may be typing the password, a gateway may be down for a moment: neither is worth an alert.
PATIENCE = dt.timedelta(minutes=10)
STAYS_CLOSING, UNSETTLED = "campaign_stays_closing", "campaign_unsettled"
MOST_TOLD = 20
NO_ANSWER = gettext_noop("一笔付款问不到结果，团购停在结算中。请到支付渠道核对这笔付款；渠道有了答复，结算会自动继续")
FAILED = gettext_noop("团购结算到一半出错，会自动重试。请开发人员看日志，涉及的订单还没有退差价或退款")


def due_to_settle(now: dt.datetime) -> QuerySet[Campaign]:
    """Campaigns whose deadline has passed, however long ago, and those somebody began to settle.

    Those that have been closing come last, in a new order each time: they may wait for a silent gateway, and hold up
    neither the others nor, for ever, each other.
    """
    over = Q(status=CampaignStatus.OPEN, closes_at__lte=now)
    begun = Q(status=CampaignStatus.CLOSING)
    unfinished = Q(status__in=DECIDED, settled_at__isnull=True, closing_since__isnull=False)
    closing = ExpressionWrapper(begun, output_field=BooleanField())
    return Campaign.objects.filter(over | begun | unfinished).order_by(closing, Random())


def settle_due(*, now: dt.datetime) -> int:
    """Settle everything that is due; returns how many campaigns there were. A fault in one hurts no other.

    A round ends after a few campaigns in a row without an answer from a gateway: it must not keep a worker for minutes.
    """
    due = list(due_to_settle(now).values_list("pk", "code"))
    silence = 0
    for campaign_id, code in due:
        try:
            campaign = settle(campaign_id=campaign_id, now=now)
            silence = silence + 1 if campaign.status == CampaignStatus.CLOSING else 0
        except Exception as error:
            logger.exception("a campaign could not be settled", extra={"campaign": campaign_id})
            _tell_failure(code, now=now, error=type(error).__name__)
        if silence >= MOST_SILENCE:
            break
    return len(due)


def settle(*, campaign_id: int, now: dt.datetime) -> Campaign:
    """Bring one campaign as far as it will go now. Does nothing to one that is not due."""
    close(campaign_id=campaign_id, reason=CloseReason.DEADLINE, now=now)
    if _clear_unpaid(campaign_id, now=now):
        _decide(campaign_id, now=now)
    unsettled = settle_orders(campaign_id=campaign_id, now=now)
    _finish(campaign_id, now=now)
    campaign = Campaign.objects.get(pk=campaign_id)
    if unsettled:
        _tell_failure(campaign.code, now=now, orders=unsettled[:MOST_TOLD], count=len(unsettled))
    else:
        close_alert(kind=UNSETTLED, subject=f"campaign:{campaign.code}", now=now)
    return campaign


def _tell_failure(code: str, *, now: dt.datetime, **detail: Any) -> None:
    raise_alert(kind=UNSETTLED, subject=f"campaign:{code}", sentence=FAILED, now=now, **detail)


@transaction.atomic
def close(*, campaign_id: int, reason: str, now: dt.datetime, actor_id: int | None = None, note: str = "") -> bool:
    """Open → closing, and the gate of its allotments shut; False when it was not open, or is not due yet."""
    campaign = lock_campaign(Campaign.objects.filter(status=CampaignStatus.OPEN), campaign_id)
    if campaign is None or (reason == CloseReason.DEADLINE and now < campaign.closes_at):
        return False
    statemachine.move(
        campaign,
        CampaignStatus.CLOSING,
        now=now,
        actor_id=actor_id,
        reason=note,
        close_reason=reason,
        cancel_note=note[:200],
        closing_since=now,
        version=F("version") + 1,
    )
    close_allotments(purpose=purpose_of(campaign.code))
    return True


@transaction.atomic
def close_if_full(*, campaign_id: int, now: dt.datetime) -> bool:
    """Open → closing when every place is paid; False otherwise. Under the lock nobody leaves any more."""
    campaign = lock_campaign(Campaign.objects.filter(status=CampaignStatus.OPEN), campaign_id)
    if campaign is None:
        return False
    progress = CampaignProgress.objects.get(pk=campaign_id)
    if not is_full(load_terms(campaign), Counts(progress.paid_participants, progress.paid_pieces)):
        return False
    return close(campaign_id=campaign_id, reason=CloseReason.FULL, now=now)


def _unpaid(campaign: Campaign) -> QuerySet[Order]:
    orders = Order.objects.from_source(SOURCE, campaign.code)
    return orders.filter(status=OrderStatus.PENDING_PAYMENT)


def _clear_unpaid(campaign_id: int, *, now: dt.datetime) -> bool:
    """Expire what is unpaid, after asking the gateway; True when nothing unpaid is left in a closing campaign."""
    campaign = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.CLOSING).first()
    if campaign is None:
        return False
    for order in _unpaid(campaign).iterator(chunk_size=500):
        try:
            expire(order=order, now=now)
        except (Unavailable, GatewayRefused, PaymentUnderWay) as refusal:
            _tell_silence(campaign, order, refusal, now=now)
            return False
    close_alert(kind=STAYS_CLOSING, subject=f"campaign:{campaign.code}", now=now)
    return not _unpaid(campaign).exists()


def _tell_silence(campaign: Campaign, order: Order, refusal: Refusal, *, now: dt.datetime) -> None:
    logger.error("campaign stays closing: a payment has no answer", extra={"campaign": campaign.code})
    if campaign.closing_since and now - campaign.closing_since > PATIENCE:
        subject = f"campaign:{campaign.code}"
        raise_alert(
            kind=STAYS_CLOSING, subject=subject, sentence=NO_ANSWER, now=now, order=order.number, reason=refusal.code
        )


@transaction.atomic
def _decide(campaign_id: int, *, now: dt.datetime) -> None:
    """Fix the counts and the outcome. The lock on the counters makes a payment come before this, or too late."""
    campaign = lock_campaign(Campaign.objects.filter(status=CampaignStatus.CLOSING), campaign_id)
    if campaign is None:
        return
    progress = CampaignProgress.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if _unpaid(campaign).exists():
        return
    counts = Counts(progress.paid_participants, progress.paid_pieces)
    terms = load_terms(campaign)
    decision = decide(terms, counts, close_reason=campaign.close_reason, extended=campaign.extended_at is not None)
    if decision.status == CampaignStatus.OPEN:
        _extend(campaign, now=now)
        return
    CampaignProgress.objects.filter(pk=campaign_id).update(counts_fixed_at=now)
    _record(campaign, decision, count=counts.by(campaign.basis), now=now)


def _extend(campaign: Campaign, *, now: dt.datetime) -> None:
    """Closing → open once, with a new deadline; the paid stay in and may leave free (rule 10)."""
    statemachine.move(
        campaign,
        CampaignStatus.OPEN,
        now=now,
        extended_at=now,
        closing_since=None,
        close_reason="",
        # It may have closed early, full: an extension is never shorter than what it extends.
        closes_at=max(now, campaign.closes_at) + dt.timedelta(hours=campaign.extend_hours or 0),
        version=F("version") + 1,
    )
    reopen_allotments(purpose=purpose_of(campaign.code))
    events.publish(CampaignExtended(campaign_id=campaign.pk))


def _record(campaign: Campaign, decision: Decision, *, count: int, now: dt.datetime) -> None:
    tiers = list(Tier.objects.filter(campaign=campaign).order_by("threshold"))
    statemachine.move(
        campaign,
        decision.status,
        now=now,
        decided_at=now,
        final_count=count,
        final_tier=None if decision.tier is None else tiers[decision.tier],
        subsidised=decision.subsidised,
        version=F("version") + 1,
    )
    events.publish(CampaignDecided(campaign_id=campaign.pk, status=decision.status))


@transaction.atomic
def _finish(campaign_id: int, *, now: dt.datetime) -> None:
    """Once no paid order waits any more, return what was not sold and call the campaign settled."""
    unfinished = Campaign.objects.filter(status__in=DECIDED, settled_at__isnull=True, closing_since__isnull=False)
    campaign = lock_campaign(unfinished, campaign_id)
    if campaign is None:
        return
    waiting = CampaignOrder.objects.filter(campaign=campaign, settled_at__isnull=True, order__status=OrderStatus.PAID)
    if waiting.exists():
        return
    return_allotments(purpose=purpose_of(campaign.code), now=now)
    Campaign.objects.filter(pk=campaign.pk).update(settled_at=now)
    events.publish(CampaignSettled(campaign_id=campaign.pk))
