"""What the price rules of members must know of a buyer and a basket. One query, for each quote."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from community.models import MemberPrice, MemberTier, PointsAccount, TierBenefit
from community.states import BenefitKind
from orders.quotes import Basket


@dataclass(frozen=True)
class MemberFacts:
    """A buyer's points, the name of their tier, its benefits by kind, and member prices in fen by SKU."""

    points: int = 0
    tier: str = ""
    benefits: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[int, int] = field(default_factory=dict)


def member_facts(basket: Basket, now: dt.datetime) -> MemberFacts:
    """Of the buyer of this basket."""
    return facts_of(basket.buyer_id, [item.sku_id for item in basket.items])


def facts_of(user_id: int, sku_ids: Iterable[int]) -> MemberFacts:
    """What somebody has, what their tier gives, and what these SKUs cost them; not every tier has member prices."""
    balance = PointsAccount.objects.filter(user_id=user_id).values("balance")
    gives = TierBenefit.objects.filter(tier=OuterRef("pk")).values(pair=JSONObject(kind="kind", value="value"))
    priced = MemberPrice.objects.filter(sku_id__in=list(sku_ids), tier__rank__lte=OuterRef("rank"))
    tier = (
        MemberTier.objects.filter(Q(standings__user=user_id) | Q(rank=0))
        .annotate(
            points=Coalesce(Subquery(balance), 0),
            gives=ArraySubquery(gives),
            prices=ArraySubquery(priced.values(pair=JSONObject(sku="sku_id", fen="unit_price_fen"))),
        )
        .order_by("-rank")
        .first()
    )
    if tier is None:
        return MemberFacts()
    benefits = {pair["kind"]: pair["value"] for pair in tier.gives}
    prices = _lowest(tier.prices) if BenefitKind.MEMBER_PRICE in benefits else {}
    return MemberFacts(tier.points, tier.name, benefits, prices)


def _lowest(pairs: Iterable[Mapping[str, int]]) -> dict[int, int]:
    """A member pays the least of what their own tier and those below it pay."""
    lowest: dict[int, int] = {}
    for pair in pairs:
        lowest[pair["sku"]] = min(pair["fen"], lowest.get(pair["sku"], pair["fen"]))
    return lowest
