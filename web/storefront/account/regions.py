"""Choosing a region downwards: province, then city, then district, each list when the one above it is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.regions import Region, children, provinces, region

FIELD = "region_code"
WORDS = (_("省、自治区、直辖市"), _("城市或区"), _("区、县"))


@dataclass(frozen=True)
class Step:
    """One list to choose from; `chosen` is the code of what was chosen in it, or empty."""

    depth: int
    label: str | Promise
    options: tuple[Region, ...]
    chosen: str

    @property
    def html_id(self) -> str:
        return f"id_{FIELD}" if self.depth == 0 else f"id_{FIELD}_{self.depth}"

    @property
    def below(self) -> int:
        return self.depth + 1


def steps(codes: Sequence[str]) -> list[Step]:
    """The lists to show for what was chosen from the top; a choice that lies elsewhere drops all below it."""
    shown, options = [], provinces()
    for depth, label in enumerate(WORDS):
        chosen = next((one.code for one in options if one.code in codes[depth : depth + 1]), "")
        shown.append(Step(depth, label, options, chosen))
        options = children(chosen)
        if not options:
            break
    return shown


def codes_of(code: str) -> list[str]:
    """A region's code with those of everything it lies in, from the top."""
    found = region(code)
    return [step.code for step in found.trail] if found else []


class RegionField(forms.Field):
    """Cleans to the code that was chosen last, as deep as the lists went. The service judges whether that is enough."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> str:
        chosen = [step.chosen for step in steps(value or []) if step.chosen]
        if not chosen:
            raise ValidationError(self.error_messages["required"], code="required")
        return chosen[-1]


@require_GET
def regions(request: HttpRequest) -> HttpResponse:
    """The list below what was just chosen, and nothing where nothing lies below."""
    chosen = request.GET.get(FIELD, "")
    shown = steps([*codes_of(chosen), ""])
    depth = len(codes_of(chosen))
    following = shown[depth : depth + 1] if depth else []
    return render(request, "storefront/account/_regions.html", {"steps": following})
