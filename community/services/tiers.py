"""Operators say how a tier is reached and what it gives; whoever has it keeps it until the next look."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from common import audit
from common.errors import InvalidField
from common.money import BASIS_POINTS
from community.models import MemberTier, TierBenefit
from community.states import BenefitKind

LONGEST_NAME = 20
HIGHEST_MULTIPLIER_BP = 10 * BASIS_POINTS


@dataclass(frozen=True)
class TierTerms:
    """How a tier is called and reached, and what it gives: the value of each benefit by its kind."""

    name: str
    rank: int
    spend_fen_12m: int | None
    growth: int | None
    streak_months: int | None
    benefits: Mapping[BenefitKind, int]


@transaction.atomic
def save_tier(*, tier: MemberTier, terms: TierTerms, actor_id: int) -> MemberTier:
    """Write a tier, a new one or one that is there, with all of its benefits. Raises InvalidField with the fix."""
    check_tier(tier=tier, terms=terms)
    tier.name, tier.rank = clean_name(terms.name, longest=LONGEST_NAME, required=True), terms.rank
    tier.spend_fen_12m, tier.growth, tier.streak_months = terms.spend_fen_12m, terms.growth, terms.streak_months
    try:
        with transaction.atomic():
            tier.save()
    except IntegrityError as error:
        raise InvalidField("rank", _("已经有这个代码或级别的等级")) from error
    tier.benefits.exclude(kind__in=terms.benefits).delete()
    for kind, value in terms.benefits.items():
        TierBenefit.objects.update_or_create(tier=tier, kind=kind, defaults={"value": value})
    shown = {str(kind): value for kind, value in terms.benefits.items()}
    audit.record(actor_id=actor_id, action="tier.save", subject=f"tier:{tier.code}", rank=tier.rank, benefits=shown)
    return tier


def check_tier(*, tier: MemberTier, terms: TierTerms) -> None:
    """Raise InvalidField at the first thing that is wrong; writes nothing."""
    if tier.rank == 0 and tier.pk and terms.rank:
        raise InvalidField("rank", _("人人都有的那一级保持 0 级"))
    ways = (terms.spend_fen_12m, terms.growth, terms.streak_months)
    if terms.rank and not any(ways):
        raise InvalidField("spend_fen_12m", _("至少写一个达到的条件"))
    if not terms.rank and any(ways):
        raise InvalidField("spend_fen_12m", _("0 级人人都有，不写条件"))
    multiplier = terms.benefits.get(BenefitKind.POINTS_MULTIPLIER, BASIS_POINTS)
    if not BASIS_POINTS <= multiplier <= HIGHEST_MULTIPLIER_BP:
        raise InvalidField("points_multiplier", _("积分倍数在 1 到 10 之间"))
