"""From the sheets to the plan they describe."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.plans import Plan, SkuPlan
from web.backoffice.campaigns.wizard.forms import SkuForm
from web.backoffice.campaigns.wizard.sheets import Sheet, filled_tiers, values_of
from web.backoffice.campaigns.wizard.steps import GOODS, HANDOVER, LADDER, RULES

USUAL_MINUTES = 15


def plan_of(sheets: Mapping[str, Sheet]) -> Plan:
    """The plan as far as it can be read: a tier without all of its prices is none yet."""
    goods, ladder = sheets[GOODS], sheets[LADDER]
    prices = [values_of(row) for row in ladder.rows]
    tiers = [tier for tier in filled_tiers(ladder.form) if all(row.get(f"price{tier}") is not None for row in prices)]
    thresholds = [ladder.values()[f"threshold{tier}"] for tier in tiers]
    data: dict[str, Any] = {"title": _title(goods), "description": goods.values().get("description") or ""}
    data |= _ladder(ladder.values(), thresholds) | _rules(sheets[RULES]) | _handover(sheets[HANDOVER])
    return Plan(thresholds=thresholds, skus=_offers(sheets, tiers), **data)


def _title(goods: Sheet) -> str:
    typed = (goods.values().get("title") or "").strip()
    return typed or (str(goods.rows[0].sku.product.name)[:60] if goods.rows else "")


def _ladder(values: Mapping[str, Any], thresholds: Sequence[int]) -> dict[str, Any]:
    minimum = values.get("minimum")
    lowest = min(thresholds, default=1)
    return {"basis": values.get("basis") or "pieces", "minimum": lowest if minimum is None else minimum}


def _rules(sheet: Sheet) -> dict[str, Any]:
    values = {name: sheet.values().get(name) for name in sheet.form.fields}
    starts = {name: sheet.form.get_initial_for_field(sheet.form.fields[name], name) for name in sheet.form.fields}
    for name in ("opens_at", "closes_at", "when_missed"):
        values[name] = starts[name] if values[name] is None else values[name]
    minutes = values["payment_minutes"]
    return values | {
        "payment_minutes": USUAL_MINUTES if minutes is None else minutes,
        "head_start_minutes": values["head_start_minutes"] or 0,
    }


def _handover(sheet: Sheet) -> dict[str, Any]:
    values = sheet.values()
    return {
        "pickup_points": values.get("pickup_points") or [],
        "delivers": bool(values.get("delivers")),
        "freight_fen": values.get("freight_fen") or 0,
        "free_freight_from_fen": values.get("free_freight_from_fen"),
        "fulfilment_note": values.get("fulfilment_note") or "",
    }


def _offers(sheets: Mapping[str, Sheet], tiers: Sequence[int]) -> list[SkuPlan]:
    rows = zip(sheets[GOODS].rows, sheets[LADDER].rows, sheets[RULES].rows, strict=True)
    return [_offer(quantity, prices, early, tiers) for quantity, prices, early in rows]


def _offer(quantity: SkuForm, prices: SkuForm, early: SkuForm, tiers: Sequence[int]) -> SkuPlan:
    typed = values_of(prices)
    return SkuPlan(
        sku=quantity.sku.code,
        quantity=values_of(quantity).get("quantity") or 0,
        prices_fen=[typed[f"price{tier}"] for tier in tiers],
        early_bird_price_fen=values_of(early).get("early_bird_price_fen"),
    )
