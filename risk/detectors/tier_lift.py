"""A leader who buys a campaign up to its next tier, and has the money back once everybody's price has fallen."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.sources import SOURCE, CampaignFacts
from campaigns.states import Basis
from orders.models import Order
from orders.quotes import Basket
from orders.states import CancelReason
from payments.states import RefundKind
from risk.detectors.base import (
    Buyer,
    Found,
    Method,
    Parameter,
    Parameters,
    Placing,
    Since,
    Subject,
    Suspicion,
    add,
    counted,
    days_ago,
)
from risk.states import Severity, SubjectKind

LEFT_BEFORE = Q(cancel_reason=CancelReason.LEFT)
REFUNDED_AFTER = Q(refund_lines__refund__kind=RefundKind.AFTER_SALES)


def fact(buyer: Buyer, since: Since) -> Combinable:
    """How many orders the buyer placed at a point of their own and had the money back of."""
    return counted(_own(since).filter(LEFT_BEFORE | REFUNDED_AFTER, buyer=buyer))


def judge(basket: Basket, parameters: Parameters, given_back: int) -> Found:
    """A leader's order that reaches a tier by itself, of somebody who gave such orders back before."""
    if basket.source_kind != SOURCE or given_back < parameters["given_back"]:
        return None
    facts: CampaignFacts = basket.facts["campaign"]
    threshold = _lifted_to(facts, basket)
    if threshold is None or basket.buyer_id not in {point.leader_id for point in facts.terms.points}:
        return None
    return {"threshold": threshold, "count": facts.count, "given_back": given_back}


def sweep(parameters: Parameters, now: dt.datetime) -> Iterable[Suspicion]:
    """Campaigns whose final tier was reached only by what their leader bought and gave back afterwards."""
    given = _pieces_given_back(days_ago(parameters, now))
    campaigns = _decided({code for code, _buyer_id, _buyer in given})
    for (code, buyer_id, buyer), pieces in given.items():
        campaign = campaigns.get(code)
        if campaign is not None and _missed_without(campaign, pieces):
            figures = {"campaign": code, "final_count": campaign.final_count, "given_back_pieces": pieces}
            yield Suspicion(Subject(SubjectKind.PERSON, buyer, buyer_id), f"campaign:{code}:{buyer}", figures)


def _lifted_to(facts: CampaignFacts, basket: Basket) -> int | None:
    own = sum(item.quantity for item in basket.items) if facts.terms.basis == Basis.PIECES else 1
    return max((tier for tier in facts.terms.thresholds if facts.count < tier <= facts.count + own), default=None)


def _own(since: Since) -> QuerySet[Order]:
    """What leaders bought at their own points."""
    return Order.objects.filter(buyer=F("leader"), placed_at__gt=since)


def _pieces_given_back(since: dt.datetime) -> dict[tuple[str, int, str], int]:
    """By campaign and leader, the pieces that were refunded whole after the tier stood."""
    whole = Q(lines__refunded_fen=F("lines__paid_fen"), lines__paid_fen__gt=0)
    orders = _own(since).filter(whole, source_kind=SOURCE, campaign_order__counted_at__isnull=False)
    stayed = orders.filter(campaign_order__left_at__isnull=True).order_by()
    sums = stayed.values_list("source_code", "buyer", "buyer__code").annotate(pieces=Sum("lines__quantity"))
    return {(code, buyer_id, buyer): pieces for code, buyer_id, buyer, pieces in sums}


def _decided(codes: set[str]) -> dict[str, Campaign]:
    found = Campaign.objects.filter(code__in=codes, final_tier__isnull=False, subsidised=False)
    return {campaign.code: campaign for campaign in found.select_related("final_tier")}


def _missed_without(campaign: Campaign, pieces: int) -> bool:
    own = pieces if campaign.basis == Basis.PIECES else 1
    assert campaign.final_tier is not None
    return (campaign.final_count or 0) - own < campaign.final_tier.threshold


add(
    Method(
        key="tier_lift",
        title=_("团长凑单抬档"),
        looks_for=_("团长自己下单把团推到下一档，降价以后再退款；以前退过的人又来抬"),
        parameters=(
            Parameter("days", _("几天内"), default=90, most=365),
            Parameter("given_back", _("退过几单就算"), default=1, most=100),
        ),
        severity=Severity.HIGH,
        placing=Placing("days", fact, judge),
        sweep=sweep,
    )
)
