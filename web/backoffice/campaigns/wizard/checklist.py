"""What is still to do before a campaign can be handed in, said in a list."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.plans import Plan
from catalog.models import Sku
from web.backoffice.campaigns.wizard import steps
from web.backoffice.campaigns.wizard.sheets import Sheet


@dataclass(frozen=True)
class Item:
    """One step of the list, and what is wrong in it."""

    step: str
    word: str | Promise
    says: list[str]

    @property
    def is_fine(self) -> bool:
        return not self.says


@dataclass(frozen=True)
class Checklist:
    """`short` are the SKUs the shelf holds too few of: a draft may be saved, but it cannot be handed in."""

    items: list[Item]
    short: list[Sku]

    @property
    def may_save(self) -> bool:
        return all(item.is_fine for item in self.items)

    @property
    def may_submit(self) -> bool:
        return self.may_save and not self.short


def of(read: Mapping[str, Sheet], plan: Plan) -> Checklist:
    """The list for the sheets as they were judged."""
    wanted = {offer.sku: offer.quantity for offer in plan.skus}
    offered = [row.sku for row in read[steps.GOODS].rows]
    return Checklist(
        items=[Item(step.name, step.word, _says(read[step.name])) for step in steps.STEPS[:-1]],
        short=[sku for sku in offered if wanted[sku.code] > sku.stock.available],
    )


def _says(sheet: Sheet) -> list[str]:
    return sheet.says if sheet.is_filled else [_("还没填")]
