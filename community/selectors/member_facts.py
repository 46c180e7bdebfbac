"""What the price rules of members must know of a buyer and a basket: columns of the one query of each quote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from common.prepared import Prepared, Rows, side_by_side
from community.models import MemberPrice, MemberStanding, MemberTier, PointsAccount, TierBenefit
from community.states import BenefitKind
from orders.facts import BUYER, SKUS, Columns, FactsReader


@dataclass(frozen=True)
class MemberFacts:
    """A buyer's points, the name of their tier, its benefits by kind, and member prices in fen by SKU."""

    points: int = 0
    tier: str = ""
    benefits: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[int, int] = field(default_factory=dict)


def columns() -> Columns:
    """What somebody has, what their tier gives, and what these SKUs cost them; not every tier has member prices."""
    standing = MemberStanding.objects.filter(user=BUYER).values("tier")
    gives = TierBenefit.objects.filter(tier=OuterRef("pk")).values("kind", "value")
    priced = MemberPrice.objects.filter(sku__pk__any=SKUS, tier__rank__lte=OuterRef("rank"))
    tier = (
        MemberTier.objects.filter(Q(pk__in=standing) | Q(rank=0))
        .order_by("-rank")
        .values("name", gives=Rows(gives), prices=Rows(priced.values("sku_id", "unit_price_fen")))
    )
    return {
        "points": Subquery(PointsAccount.objects.filter(user=BUYER).values("balance")),
        "tier": Rows(tier[:1]),
    }


def read(found: Mapping[str, Any]) -> MemberFacts:
    """Who has bought nothing yet has the first tier; none only where there are no tiers."""
    if not found["tier"]:
        return MemberFacts()
    (tier,) = found["tier"]
    benefits = {gives["kind"]: gives["value"] for gives in tier["gives"]}
    prices = _lowest(tier["prices"]) if BenefitKind.MEMBER_PRICE in benefits else {}
    return MemberFacts(found["points"] or 0, tier["name"], benefits, prices)


member_facts = FactsReader(columns, lambda found, _basket, _now: read(found))
_alone = Prepared(lambda: side_by_side(columns()))


def facts_of(user_id: int, sku_ids: Iterable[int]) -> MemberFacts:
    """The same without a basket."""
    found = _alone.one(buyer=user_id, skus=list(sku_ids))
    assert found is not None
    return read(found)


def _lowest(priced: Iterable[Mapping[str, int]]) -> dict[int, int]:
    """A member pays the least of what their own tier and those below it pay."""
    lowest: dict[int, int] = {}
    for each in priced:
        sku_id, fen = each["sku_id"], each["unit_price_fen"]
        lowest[sku_id] = min(fen, lowest.get(sku_id, fen))
    return lowest
