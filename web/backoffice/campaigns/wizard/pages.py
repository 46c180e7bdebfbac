"""The pages of the steps: the way along the top, the sheet, the preview beside it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.plans import Plan
from campaigns.selectors.notes import review_says
from web.backoffice.access import Shop
from web.backoffice.campaigns import skus
from web.backoffice.campaigns.preview import Preview, preview
from web.backoffice.campaigns.wizard import checklist, steps
from web.backoffice.campaigns.wizard.forms import QuantityForm, SkuForm
from web.backoffice.campaigns.wizard.sheets import Sheet, usual_quantity
from web.backoffice.campaigns.wizard.steps import Step
from web.backoffice.campaigns.wizard.work import Work
from web.backoffice.shell import show

MOST_LISTED = 20


@dataclass(frozen=True)
class Along:
    """One step in the way along the top. `state` is done, wrong or nothing yet."""

    step: Step
    state: str
    is_here: bool


@dataclass(frozen=True)
class Tier:
    """One row of the matrix: its number, its threshold, a price for each SKU."""

    number: int
    threshold: BoundField
    prices: list[BoundField]


def page(
    request: HttpRequest, work: Work, here: str, read: Mapping[str, Sheet], plan: Plan, *, now: dt.datetime
) -> HttpResponse:
    """The page of a step, with what it may say and what it would come to."""
    context: dict[str, Any] = {
        "work": work,
        "step": here,
        "along": [Along(step, _state(step.name, read), step.name == here) for step in steps.STEPS],
        "back": steps.before(here),
        "sheet": read.get(here),
        "title": plan.title,
        "note": review_says(work.campaign) if work.campaign else "",
        **_parts(request, work.shop, here, read, plan),
        **seen_by_buyers(request, read, plan, now=now),
    }
    return show(request, work.shop, f"campaigns/wizard/{here}.html", context, here="campaigns")


def fragment(request: HttpRequest, read: Mapping[str, Sheet], plan: Plan, *, now: dt.datetime) -> HttpResponse:
    """The preview alone, for the page that asks while somebody types."""
    context = seen_by_buyers(request, read, plan, now=now)
    return render(request, "backoffice/campaigns/wizard/_preview.html", context)


def seen_by_buyers(
    request: HttpRequest, read: Mapping[str, Sheet], plan: Plan, *, now: dt.datetime
) -> dict[str, Preview | str | None]:
    """What a buyer would see and what it would bring, supposed so many join."""
    typed = request.POST.get("suppose", "").strip()[:7]
    suppose = int(typed) if typed.isdecimal() and typed.isascii() else None
    offered = [row.sku for row in read[steps.GOODS].rows]
    return {"preview": preview(plan, offered, suppose=suppose, now=now), "suppose": typed}


def _state(name: str, read: Mapping[str, Sheet]) -> str:
    sheet = read.get(name)
    if sheet is None or not sheet.is_filled:
        return ""
    return "wrong" if sheet.is_wrong else "done"


def _parts(request: HttpRequest, shop: Shop, here: str, read: Mapping[str, Sheet], plan: Plan) -> dict[str, Any]:
    if here == steps.GOODS:
        return _candidates(request, shop, read[here])
    if here == steps.LADDER:
        return {"tiers": _matrix(read[here])}
    if here == steps.CHECK:
        return {"list": checklist.of(read, plan), "plan": plan}
    return {}


def _candidates(request: HttpRequest, shop: Shop, sheet: Sheet) -> dict[str, Any]:
    """The chosen SKUs first, then those that could be added, found by what is searched for."""
    asked = request.POST if request.method == "POST" else request.GET
    search = asked.get("q", "").strip()[:40]
    taken = [row.sku.pk for row in sheet.rows]
    found = list(skus.on_sale(shop.merchant, search).exclude(pk__in=taken)[: MOST_LISTED + 1])
    rows: list[SkuForm] = [
        QuantityForm(sku=sku, initial={"quantity": asked.get(f"{sku.code}-quantity") or usual_quantity(sku)})
        for sku in found[:MOST_LISTED]
    ]
    return {"others": rows, "search": search, "is_cut": len(found) > MOST_LISTED}


def _matrix(sheet: Sheet) -> list[Tier]:
    names = [name for name in sheet.form.fields if name.startswith("threshold")]
    return [
        Tier(number, sheet.form[name], [row[f"price{number - 1}"] for row in sheet.rows])
        for number, name in enumerate(names, start=1)
    ]
