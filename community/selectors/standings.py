"""B8: which tier somebody has, what it gives, and how far the next one is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from community.models import MemberStanding, MemberTier, TierBenefit


@dataclass(frozen=True)
class Way:
    """One way up to a tier: how much of which figure ("spend", "growth", "months") it takes, and how much there is."""

    figure: str
    needed: int
    there: int

    @property
    def left(self) -> int:
        return max(self.needed - self.there, 0)

    @property
    def percent(self) -> int:
        return min(self.there * 100 // self.needed, 100)


@dataclass(frozen=True)
class Membership:
    """Somebody's tier with the figures it is judged by; `next_tier` is the one above, with the ways that lead to it."""

    tier: MemberTier
    standing: MemberStanding | None
    next_tier: MemberTier | None
    ways: Sequence[Way]


def tier_of(user_id: int) -> MemberTier | None:
    """The tier somebody has; who has bought nothing yet has the first. None only where there are no tiers."""
    standing = MemberStanding.objects.filter(user=user_id).values("tier")
    return MemberTier.objects.filter(Q(pk__in=standing) | Q(rank=0)).order_by("-rank").first()


def benefit_of(user_id: int, kind: str) -> int | None:
    """What the value of a benefit is in somebody's tier; None when the tier does not give it."""
    return TierBenefit.objects.filter(tier=tier_of(user_id), kind=kind).values_list("value", flat=True).first()


def benefits_of(user_ids: Iterable[int], kind: str) -> dict[int, int]:
    """The same for many people, by person; whose tier does not give it is left out. Three queries."""
    people = set(user_ids)
    values = dict(TierBenefit.objects.filter(kind=kind).values_list("tier_id", "value"))
    first = MemberTier.objects.filter(rank=0).values_list("pk", flat=True).first()
    standing = dict(MemberStanding.objects.filter(user_id__in=people).values_list("user_id", "tier_id"))
    tier_ids = {pk: standing.get(pk) or first for pk in people}
    return {pk: values[tier_id] for pk, tier_id in tier_ids.items() if tier_id in values}


def tiers() -> list[MemberTier]:
    """All of them from the first up, with their benefits."""
    return list(MemberTier.objects.prefetch_related("benefits").order_by("rank"))


def membership_of(user: User) -> Membership | None:
    """Where somebody stands. Three queries."""
    every = tiers()
    if not every:
        return None
    standing = MemberStanding.objects.filter(user=user).first()
    at = next((at for at, tier in enumerate(every) if standing and tier.pk == standing.tier_id), 0)
    above = every[at + 1] if at + 1 < len(every) else None
    return Membership(every[at], standing, above, _ways(above, standing))


def _ways(tier: MemberTier | None, standing: MemberStanding | None) -> list[Way]:
    if tier is None:
        return []
    figures = (
        ("spend", tier.spend_fen_12m, standing.spend_12m_fen if standing else 0),
        ("growth", tier.growth, standing.growth if standing else 0),
        ("months", tier.streak_months, standing.streak_months if standing else 0),
    )
    return [Way(name, needed, there) for name, needed, there in figures if needed]
