"""B8: my tier, what it gives, and how far the next one is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from community.models import MemberTier, TierBenefit
from community.selectors.standings import membership_of, tiers
from web.access import person, signed_in
from web.benefits import said


@dataclass(frozen=True)
class TierRow:
    """A tier with its benefits in words; `is_mine` where I stand."""

    tier: MemberTier
    benefits: list[str]
    is_mine: bool


@signed_in
def member(request: HttpRequest) -> HttpResponse:
    """Where I stand among all tiers."""
    user = person(request)
    membership = membership_of(user)
    mine = membership.tier if membership else None
    context = {
        "tab": "me",
        "membership": membership,
        "benefits": _in_words(mine.benefits.all()) if mine else [],
        "rows": [TierRow(tier, _in_words(tier.benefits.all()), tier == mine) for tier in tiers()],
        "birthday": user.birthday,
        "now": timezone.now(),
    }
    return render(request, "storefront/member/index.html", context)


def _in_words(benefits: Iterable[TierBenefit]) -> list[str]:
    return [said(benefit.kind, benefit.value) for benefit in sorted(benefits, key=lambda one: one.pk)]
