"""How the staircase is drawn: widths for the steps, a word for what it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.utils.translation import ngettext

from campaigns.selectors.cards import CampaignCard, Ladder, Step
from campaigns.states import Basis, CampaignStatus

register = template.Library()


@dataclass(frozen=True)
class DrawnStep:
    """A step with its width in units of the basis, and how much of it is filled by paid orders."""

    step: Step
    state: str
    width: int
    filled: int


@register.filter
def drawn(ladder: Ladder) -> Iterable[DrawnStep]:
    """The steps of a ladder, left to right; once it is decided no step comes next any more."""
    decided = ladder.state in ("succeeded", "failed")
    below = 0
    for step in ladder.steps:
        width = step.threshold - below
        state = "locked" if decided and step.state == "next" else step.state
        filled = 0 if state == "locked" and ladder.state == "succeeded" else min(max(ladder.count - below, 0), width)
        yield DrawnStep(step, state, width, filled)
        below = step.threshold


@register.filter
def measure(basis: str, count: int | None = None) -> str:
    """What a ladder counts: 人 or 件; in the plural where no count says otherwise."""
    how_many = 2 if count is None else count
    return ngettext("人", "人", how_many) if basis == Basis.PARTICIPANTS else ngettext("件", "件", how_many)


@register.filter
def drop_fen(ladder: Ladder) -> int:
    """What everybody saves on each piece when the next step is reached."""
    return ladder.current_price_fen - (ladder.next_price_fen or ladder.current_price_fen)


@register.filter
def short_of(ladder: Ladder, minimum: int) -> int:
    """How many were missing in the end."""
    return max(minimum - ladder.count, 0)


@register.filter
def has_tier(ladder: Ladder) -> bool:
    """Whether the lowest step has been reached."""
    return ladder.steps[0].state in ("current", "reached")


@register.filter
def lowest_fen(ladder: Ladder) -> int:
    """The price at the bottom of the stairs."""
    return ladder.steps[-1].price_fen


@register.filter
def fingerprint(card: CampaignCard) -> str:
    """Changes whenever something changes that a ladder or a card shows."""
    return (
        f"{card.status}-{card.ladder.count}-{card.participants}-{card.pieces}-{card.places_left}-{card.is_extended:d}"
    )


@register.filter
def is_over(card: CampaignCard) -> bool:
    """Whether nobody can join any more."""
    return card.status not in (CampaignStatus.OPEN, CampaignStatus.SCHEDULED)


@register.filter
def is_settled(card: CampaignCard) -> bool:
    """Whether nothing about it moves any more."""
    return is_over(card) and card.status != CampaignStatus.CLOSING
