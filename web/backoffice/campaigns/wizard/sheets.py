"""The sheet of a step: its form, and a row of fields for each SKU; empty, or filled with what was typed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from common.errors import InvalidField
from orders.models import PickupPoint
from web.backoffice.campaigns.wizard import forms, steps
from web.forms import Form


@dataclass(frozen=True)
class Sheet:
    """One step as it is shown or judged."""

    step: str
    form: Form
    rows: list[forms.SkuForm]

    def is_valid(self) -> bool:
        """Whether everything typed can be read; what a plan must be is the service's business."""
        return all([self.form.is_valid(), *(row.is_valid() for row in self.rows)]) and not self.is_wrong

    @property
    def is_filled(self) -> bool:
        return self.form.is_bound

    @property
    def is_wrong(self) -> bool:
        """Whether something has been found wrong."""
        return self.is_filled and bool(self.form.errors or any(row.errors for row in self.rows))

    @property
    def says(self) -> list[str]:
        """Every complaint of the sheet once, for the list of what is still to do."""
        found = [*self.form.errors.values(), *(errors for row in self.rows for errors in row.errors.values())]
        return list(dict.fromkeys(str(error) for errors in found for error in errors))

    def values(self) -> dict[str, Any]:
        """What could be read of the plain fields."""
        return values_of(self.form)

    def refuse(self, finding: InvalidField) -> None:
        """Say what is wrong at the very cell it is about; a cell that complains already says enough."""
        number, name = steps.split_field(str(finding.params["field"]))
        form = self.form if number is None else self.rows[number]
        name = self._cell(name, finding.params.get("tier"))
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, str(finding))

    def _cell(self, name: str, tier: int | None) -> str:
        """The tiers of a plan are those that were filled in; the empty ones between them are skipped."""
        if tier is None or not isinstance(self.form, forms.LadderForm):
            return "price0" if name == "prices_fen" else name
        filled = filled_tiers(self.form)
        left = [at for at in forms.TIERS if at not in filled]
        at = filled[tier] if tier < len(filled) else left[0] if left else tier
        return f"{'threshold' if name == 'thresholds' else 'price'}{at}"


def values_of(form: Form) -> dict[str, Any]:
    """The fields of a form that could be read; as it starts from, while nobody has sent it."""
    if not form.is_bound:
        return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    form.is_valid()
    return form.cleaned_data


def filled_tiers(form: Form) -> list[int]:
    """Which of the six tiers have a threshold."""
    values = values_of(form)
    return [tier for tier in forms.TIERS if values.get(f"threshold{tier}") is not None]


def goods(data: QueryDict | None, skus: Sequence[Sku], *, title: str = "") -> Sheet:
    rows = [forms.QuantityForm(data, sku=sku, initial={"quantity": usual_quantity(sku)}) for sku in skus]
    return Sheet(steps.GOODS, forms.GoodsForm(data, initial={"title": title}), list(rows))


def unjudged(sheet: Sheet) -> Sheet:
    """The sheet of goods with everything as it was typed, for somebody who is still choosing."""
    form = forms.GoodsForm(initial=_as_typed(sheet.form))
    return Sheet(sheet.step, form, [forms.QuantityForm(sku=row.sku, initial=_as_typed(row)) for row in sheet.rows])


def _as_typed(form: Form) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def usual_quantity(sku: Sku) -> int | None:
    """All that lies on the shelf."""
    return sku.stock.available if sku.stock.available > 0 else None


def ladder(data: QueryDict | None, skus: Sequence[Sku]) -> Sheet:
    form = forms.LadderForm(data, initial={"basis": Basis.PIECES})
    return Sheet(steps.LADDER, form, [forms.PricesForm(data, sku=sku) for sku in skus])


def rules(data: QueryDict | None, skus: Sequence[Sku], *, now: dt.datetime) -> Sheet:
    """A guess that is mostly right: opens in an hour or two, for two days."""
    opens_at = (now + dt.timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    initial: Mapping[str, Any] = {
        "opens_at": opens_at,
        "closes_at": opens_at + dt.timedelta(days=2),
        "payment_minutes": 15,
        "leaving_allowed": True,
        "settle_when_full": True,
        "when_missed": WhenMissed.REFUND,
    }
    rows = [forms.EarlyBirdForm(data, sku=sku) for sku in skus]
    return Sheet(steps.RULES, forms.RulesForm(data, initial=initial), list(rows))


def handover(data: QueryDict | None, points: Iterable[PickupPoint]) -> Sheet:
    """All points are ticked to begin with."""
    known = list(points)
    initial = {"pickup_points": [point.code for point in known]}
    return Sheet(steps.HANDOVER, forms.HandoverForm(data, points=known, initial=initial), [])
