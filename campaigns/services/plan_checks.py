"""What makes a plan sound. Each refusal names the field and the fix."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Merchant
from campaigns.plans import Plan, SkuPlan
from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from common.errors import InvalidField
from common.money import format_yuan
from orders.models import PickupPoint

FEWEST_TIERS, MOST_TIERS = 2, 6
MOST_SKUS = 50
MOST_COUNT = 1_000_000
HIGHEST_FEN = 100_000_000
LONGEST_WINDOW = dt.timedelta(days=90)
PAYMENT_MINUTES = range(5, 24 * 60 + 1)
EXTEND_HOURS = range(1, 7 * 24 + 1)


@dataclass(frozen=True)
class PlanParts:
    """The rows a plan names, in its order."""

    skus: list[Sku]
    points: list[PickupPoint]


def check_plan(*, merchant: Merchant, plan: Plan, now: dt.datetime) -> PlanParts:
    """Raise InvalidField at the first thing that is wrong; return the SKUs and points otherwise."""
    _require(plan.title.strip() != "", "title", _("写一个标题"))
    _require(len(plan.title) <= 60, "title", _("标题最多 60 个字"))
    _check_window(plan, now)
    _check_thresholds(plan.thresholds)
    parts = PlanParts(skus=_skus(merchant, plan.skus), points=_points(merchant, plan.pickup_points))
    for number, (offer, sku) in enumerate(zip(plan.skus, parts.skus, strict=True)):
        _check_prices(f"skus.{number}", offer, sku, plan)
    _check_counts(plan)
    _check_missed(plan)
    _check_fulfilment(plan)
    return parts


def _require(holds: bool, field: str, reason: str | Promise) -> None:
    if not holds:
        raise InvalidField(field, reason)


def _check_window(plan: Plan, now: dt.datetime) -> None:
    _require(plan.closes_at > plan.opens_at, "closes_at", _("截止要晚于开团"))
    _require(plan.closes_at > now, "closes_at", _("截止时间已经过去了"))
    _require(plan.closes_at - plan.opens_at <= LONGEST_WINDOW, "closes_at", _("一个团最长 90 天"))
    _require(plan.payment_minutes in PAYMENT_MINUTES, "payment_minutes", _("付款时限在 5 分钟到 24 小时之间"))
    if plan.early_bird_until is not None:
        inside = plan.opens_at < plan.early_bird_until <= plan.closes_at
        _require(inside, "early_bird_until", _("早鸟截止要在开团和截止之间"))
    if plan.early_bird_orders is not None:
        _require(1 <= plan.early_bird_orders <= MOST_COUNT, "early_bird_orders", _("早鸟名额至少 1 单"))


def _check_thresholds(thresholds: Sequence[int]) -> None:
    enough = FEWEST_TIERS <= len(thresholds) <= MOST_TIERS
    _require(enough, "thresholds", _("阶梯要 2 到 6 档"))
    _require(all(1 <= value <= MOST_COUNT for value in thresholds), "thresholds", _("每档至少 1，最多 100 万"))
    rising = all(lower < higher for lower, higher in pairwise(thresholds))
    _require(rising, "thresholds", _("后一档的数量要比前一档多"))


def _skus(merchant: Merchant, offers: Sequence[SkuPlan]) -> list[Sku]:
    codes = [offer.sku for offer in offers]
    _require(0 < len(codes) <= MOST_SKUS, "skus", _("选 1 到 50 个规格"))
    _require(len(set(codes)) == len(codes), "skus", _("同一个规格只能选一次"))
    mine = Sku.objects.filter(code__in=codes, product__merchant=merchant, retired_at__isnull=True)
    found = {sku.code: sku for sku in mine}
    missing = [code for code in codes if code not in found]
    _require(not missing, "skus", _("没有这个规格：%s") % _("、").join(missing))
    return [found[code] for code in codes]


def _points(merchant: Merchant, codes: Iterable[str]) -> list[PickupPoint]:
    wanted = list(dict.fromkeys(codes))
    found = list(PickupPoint.objects.in_use().filter(merchant=merchant, code__in=wanted))
    _require(len(found) == len(wanted), "pickup_points", _("有的自提点不存在或已停用"))
    return found


def _check_prices(field: str, offer: SkuPlan, sku: Sku, plan: Plan) -> None:
    _require(1 <= offer.quantity <= MOST_COUNT, f"{field}.quantity", _("件数至少 1，最多 100 万"))
    same_length = len(offer.prices_fen) == len(plan.thresholds)
    _require(same_length, f"{field}.prices_fen", _("每档都要写一个价"))
    _require(all(0 < price <= HIGHEST_FEN for price in offer.prices_fen), f"{field}.prices_fen", _("价格要大于 0"))
    for higher, lower in pairwise(offer.prices_fen):
        text = _("要比上一档 %s 低") % format_yuan(higher)
        _require(lower < higher, f"{field}.prices_fen", text)
    text = _("第一档不能高于单买价 %s") % format_yuan(sku.price_fen)
    _require(offer.prices_fen[0] <= sku.price_fen, f"{field}.prices_fen", text)
    _check_early_bird(f"{field}.early_bird_price_fen", offer, plan)


def _check_early_bird(field: str, offer: SkuPlan, plan: Plan) -> None:
    has_early_bird = plan.early_bird_orders is not None or plan.early_bird_until is not None
    price = offer.early_bird_price_fen
    if not has_early_bird:
        _require(price is None, field, _("先写早鸟名额或早鸟截止时间"))
        return
    _require(price is not None, field, _("每个规格都要写早鸟价"))
    below = price is not None and 0 < price < offer.prices_fen[0]
    _require(below, field, _("早鸟价要比第一档 %s 低") % format_yuan(offer.prices_fen[0]))


def _check_counts(plan: Plan) -> None:
    pieces = sum(offer.quantity for offer in plan.skus)
    _require(plan.basis in Basis.values, "basis", _("按人数或按件数"))
    lowest = plan.thresholds[0]
    _require(plan.minimum >= lowest, "minimum", _("成团数量不能低于第一档 %s") % lowest)
    _require(plan.minimum <= pieces, "minimum", _("成团数量不能多于总件数 %s") % pieces)
    if plan.max_participants is not None:
        capped = 1 <= plan.max_participants <= MOST_COUNT
        _require(capped, "max_participants", _("人数上限至少 1 人"))
        enough = plan.basis != Basis.PARTICIPANTS or plan.max_participants >= plan.minimum
        _require(enough, "max_participants", _("人数上限不能低于成团人数 %s") % plan.minimum)
    if plan.limit_per_person is not None:
        _require(1 <= plan.limit_per_person <= MOST_COUNT, "limit_per_person", _("每人限购至少 1 件"))


def _check_missed(plan: Plan) -> None:
    _require(plan.when_missed in WhenMissed.values, "when_missed", _("选一种未成团的处理方式"))
    extends = plan.when_missed == WhenMissed.EXTEND
    if extends:
        _require(plan.extend_hours in EXTEND_HOURS, "extend_hours", _("延长 1 到 168 小时"))
    else:
        _require(plan.extend_hours is None, "extend_hours", _("只有选了延长才写小时数"))


def _check_fulfilment(plan: Plan) -> None:
    _require(bool(plan.pickup_points) or plan.delivers, "pickup_points", _("选一个自提点，或者开启送货上门"))
    _require(0 <= plan.freight_fen <= HIGHEST_FEN, "freight_fen", _("运费不能是负数"))
    if plan.free_freight_from_fen is not None:
        _require(0 <= plan.free_freight_from_fen <= HIGHEST_FEN, "free_freight_from_fen", _("满额不能是负数"))
