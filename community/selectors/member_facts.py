"""What the price rules of members must know of a buyer and a basket."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Subquery
from django.db.models.expressions import Combinable

from common.definitions import at_hand
from common.prepared import Prepared, Rows, side_by_side
from community.models import MemberPrice, MemberStanding, MemberTier, PointsAccount
from community.selectors.standings import tiers
from community.states import BenefitKind
from orders.facts import BUYER, MERCHANT, NOW, SKUS, Columns, FactsReader, Found
from orders.quotes import Basket


@dataclass(frozen=True)
class MemberFacts:
    """A buyer's points, the name of their tier, its benefits by kind, and member prices in fen by SKU."""

    points: int = 0
    tier: str = ""
    benefits: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Tier:
    """A tier with what it gives, by kind."""

    pk: int
    rank: int
    name: str
    gives: Mapping[str, int]


def looks(buyer: Combinable, _merchant: Combinable, _now: Combinable) -> Columns:
    """What somebody has, and the tier they have reached."""
    return {
        "points": Subquery(PointsAccount.objects.filter(user=buyer).values("balance")),
        "tier": Subquery(MemberStanding.objects.filter(user=buyer).values("tier")),
    }


def columns() -> Columns:
    """What the basket costs members."""
    priced = MemberPrice.objects.filter(sku__pk__any=SKUS)
    return {"prices": Rows(priced.values("sku_id", "unit_price_fen", rank=F("tier__rank")))}


def asks(seen: Found, _basket: Basket, _now: dt.datetime) -> bool:
    """Not every tier has member prices."""
    tier = _tier_of(seen)
    return tier is not None and BenefitKind.MEMBER_PRICE in tier.gives


def read(found: Found) -> MemberFacts:
    """Who has bought nothing yet has the first tier; none only where there are no tiers."""
    tier = _tier_of(found)
    if tier is None:
        return MemberFacts()
    return MemberFacts(found["points"] or 0, tier.name, tier.gives, _prices(found, tier))


member_facts = FactsReader(
    read=lambda found, _basket, _now: read(found),
    looks=looks,
    columns=columns,
    asks=asks,
)
_alone = Prepared(lambda: side_by_side({**looks(BUYER, MERCHANT, NOW), **columns()}))


def facts_of(user_id: int, sku_ids: Iterable[int]) -> MemberFacts:
    """The same without a basket."""
    found = _alone.one(buyer=user_id, skus=list(sku_ids))
    assert found is not None
    return read(found)


@at_hand
def _tiers() -> Sequence[_Tier]:
    """All of them, from the first up."""
    return [_Tier(tier.pk, tier.rank, tier.name, _benefits(tier)) for tier in tiers()]


def _benefits(tier: MemberTier) -> dict[str, int]:
    return {benefit.kind: benefit.value for benefit in tier.benefits.all()}


def _tier_of(seen: Found) -> _Tier | None:
    every = _tiers()
    first = every[0] if every else None
    return next((tier for tier in every if tier.pk == seen["tier"]), first)


def _prices(found: Found, tier: _Tier) -> dict[int, int]:
    """A member pays the least of what their own tier and those below it pay, where their tier has member prices."""
    if BenefitKind.MEMBER_PRICE not in tier.gives:
        return {}
    lowest: dict[int, int] = {}
    for each in found["prices"]:
        if each["rank"] <= tier.rank:
            lowest[each["sku_id"]] = min(each["unit_price_fen"], lowest.get(each["sku_id"], each["unit_price_fen"]))
    return lowest
