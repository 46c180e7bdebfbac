"""The five steps, and which of a plan's fields stands in which."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GOODS, LADDER, RULES, HANDOVER, CHECK = "goods", "ladder", "rules", "handover", "check"
OF_AN_OFFER = re.compile(r"skus\.(\d+)\.(\w+)")


@dataclass(frozen=True)
class Step:
    """One page of the wizard."""

    name: str
    word: str | Promise


STEPS = (
    Step(GOODS, _("商品与库存")),
    Step(LADDER, _("阶梯价")),
    Step(RULES, _("时间与规则")),
    Step(HANDOVER, _("自提与配送")),
    Step(CHECK, _("检查并提交")),
)
NAMES = tuple(step.name for step in STEPS)
WRITTEN = NAMES[:-1]
FIELDS: Mapping[str, tuple[str, ...]] = {
    GOODS: ("title", "description", "skus", "quantity"),
    LADDER: ("basis", "thresholds", "prices_fen", "minimum"),
    HANDOVER: ("pickup_points", "delivers", "freight_fen", "free_freight_from_fen", "fulfilment_note"),
}
STEP_OF = {field: step for step, fields in FIELDS.items() for field in fields}


def split_field(field: str) -> tuple[int | None, str]:
    """skus.2.quantity → (2, "quantity"), title → (None, "title")."""
    part = OF_AN_OFFER.fullmatch(field)
    return (int(part[1]), part[2]) if part else (None, field)


def step_of(field: str) -> str:
    """The step where a field of a plan is written; everything about time and rules is what the others leave."""
    return STEP_OF.get(split_field(field)[1], RULES)


def after(name: str) -> str:
    """The step that follows."""
    return NAMES[min(NAMES.index(name) + 1, len(NAMES) - 1)]


def before(name: str) -> str | None:
    """The step that comes before; None at the first."""
    at = NAMES.index(name)
    return NAMES[at - 1] if at else None
