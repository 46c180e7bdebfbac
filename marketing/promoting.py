"""The arithmetic of promotions: pure functions on numbers, and the words a step is told in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.money import format_yuan

# The codes of the price lines, the kind of the claim, and the name under which the facts travel.
OFF_LINE = "promotion"
REWARD_LINE = "promotion_reward"
CLAIM = "promotion"
FACTS = "promotions"


def purpose_of(code: str) -> str:
    """The purpose written on the allotments of a promotion's gifts."""
    return f"promotion:{code}"


@dataclass(frozen=True)
class GiftTerms:
    """So many pieces of a SKU for one order; `left` is how many nobody has taken yet."""

    allotment_id: int
    pieces: int
    left: int
    sku_id: int
    sku_code: str
    product_name: str
    specification: str
    list_price_fen: int

    @property
    def name(self) -> str:
        return f"{self.product_name} {self.specification}".strip()

    @property
    def is_gone(self) -> bool:
        return self.left < self.pieces


@dataclass(frozen=True)
class StepTerms:
    """One step: the amount from which it holds, and its one benefit. `coupon` is the name of what is sent."""

    step_id: int
    threshold_fen: int
    off_fen: int = 0
    gift: GiftTerms | None = None
    coupon: str = ""
    points: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether its gift has run out."""
        return self.gift is not None and self.gift.is_gone


@dataclass(frozen=True)
class PromotionTerms:
    """A promotion that holds now, its steps rising. `sku_ids` None means that every item counts."""

    code: str
    kind: str
    title: str
    steps: tuple[StepTerms, ...]
    sku_ids: frozenset[int] | None = None

    def covers(self, sku_id: int) -> bool:
        return self.sku_ids is None or sku_id in self.sku_ids


def reached(steps: Sequence[StepTerms], amount_fen: int) -> StepTerms | None:
    """The highest step an amount reaches whose gift, if it is one, is still there."""
    there = [step for step in steps if step.threshold_fen <= amount_fen and not step.is_gone]
    return there[-1] if there else None


def next_step(steps: Sequence[StepTerms], amount_fen: int) -> StepTerms | None:
    """The lowest step above an amount that still has something to give."""
    return next((step for step in steps if step.threshold_fen > amount_fen and not step.is_gone), None)


def gone(steps: Sequence[StepTerms], amount_fen: int) -> bool:
    """Whether an amount reaches a gift that has run out, and no other."""
    within = [step for step in steps if step.threshold_fen <= amount_fen]
    return bool(within) and all(step.is_gone for step in within)


def step_in_words(step: StepTerms) -> str:
    """满 ¥100 减 ¥10, 满 ¥100 送 5 元券, 满 ¥100 赠 苹果 1 件."""
    return _("满 %(amount)s %(benefit)s") % {"amount": yuan(step.threshold_fen), "benefit": benefit_in_words(step)}


def gap_in_words(step: StepTerms, amount_fen: int) -> str:
    """再买 ¥12 减 ¥10."""
    return _("再买 %(gap)s %(benefit)s") % {
        "gap": yuan(step.threshold_fen - amount_fen),
        "benefit": benefit_in_words(step),
    }


def benefit_in_words(step: StepTerms) -> str:
    """减 ¥10, 赠 苹果 1 件, 送 5 元券 and 100 积分."""
    if step.off_fen:
        return _("减 %(amount)s") % {"amount": yuan(step.off_fen)}
    if step.gift:
        return _("赠 %(name)s %(count)s 件") % {"name": step.gift.name, "count": step.gift.pieces}
    points = _("%(count)s 积分") % {"count": step.points} if step.points else ""
    return _("送 %(what)s") % {"what": _("、").join(part for part in (step.coupon, points) if part)}


def promotion_in_words(terms: PromotionTerms) -> str:
    """Its steps in one line; a gift that has run out says so."""
    said = [step_in_words(step) + (_("（已送完）") if step.is_gone else "") for step in terms.steps]
    return _("，").join(said)


def yuan(amount_fen: int) -> str:
    """Whole yuan without decimals: ¥100, ¥12.50."""
    return format_yuan(amount_fen).removesuffix(".00")
