"""What makes a plan sound. Each finding names the field and the fix; those of the ladder also the `tier`, from 0."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Merchant
from campaigns.plans import Plan, SkuPlan
from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from common.errors import InvalidField
from common.money import format_yuan, share
from orders.models import PickupPoint

FEWEST_TIERS, MOST_TIERS = 2, 6
MOST_SKUS = 50
MOST_COUNT = 1_000_000
HIGHEST_FEN = 100_000_000
LONGEST_HEAD_START = dt.timedelta(hours=48)
LONGEST_WINDOW = dt.timedelta(days=90)
PAYMENT_MINUTES = range(5, 24 * 60 + 1)
EXTEND_HOURS = range(1, 7 * 24 + 1)
USUAL_DROP_BP = 1_000

Findings = Iterator[InvalidField]


@dataclass(frozen=True)
class PlanParts:
    """The rows a plan names, in its order; those that are not there are missing."""

    skus: list[Sku]
    points: list[PickupPoint]


def check_plan(*, merchant: Merchant, plan: Plan, now: dt.datetime) -> PlanParts:
    """Raise InvalidField at the first thing that is wrong; return the SKUs and points otherwise."""
    parts = _parts_of(merchant, plan)
    for finding in _findings(plan, parts, now):
        raise finding
    return parts


def findings_of(*, merchant: Merchant, plan: Plan, now: dt.datetime) -> list[InvalidField]:
    """Everything that is wrong with a plan, for a page that says it all at once."""
    return list(_findings(plan, _parts_of(merchant, plan), now))


def _parts_of(merchant: Merchant, plan: Plan) -> PlanParts:
    codes = [offer.sku for offer in plan.skus]
    mine = Sku.objects.filter(code__in=codes, product__merchant=merchant, retired_at__isnull=True)
    found = {sku.code: sku for sku in mine}
    points = PickupPoint.objects.in_use().filter(merchant=merchant, code__in=plan.pickup_points)
    return PlanParts(skus=[found[code] for code in codes if code in found], points=list(points))


def _findings(plan: Plan, parts: PlanParts, now: dt.datetime) -> Findings:
    yield from _unless(plan.title.strip() != "", "title", _("写一个标题"))
    yield from _unless(len(plan.title) <= 60, "title", _("标题最多 60 个字"))
    yield from _window(plan, now)
    yield from _thresholds(plan.thresholds)
    yield from _skus(plan, parts)
    yield from _counts(plan)
    yield from _missed(plan)
    yield from _fulfilment(plan, parts)


def _unless(holds: bool, field: str, reason: str | Promise, **params: int) -> Findings:
    if not holds:
        yield InvalidField(field, reason, **params)


def _window(plan: Plan, now: dt.datetime) -> Findings:
    if plan.closes_at <= plan.opens_at:
        yield InvalidField("closes_at", _("截止要晚于开团"))
    elif plan.closes_at <= now:
        yield InvalidField("closes_at", _("截止时间已经过去了"))
    yield from _unless(plan.closes_at - plan.opens_at <= LONGEST_WINDOW, "closes_at", _("一个团最长 90 天"))
    yield from _unless(plan.payment_minutes in PAYMENT_MINUTES, "payment_minutes", _("付款时限在 5 分钟到 24 小时之间"))
    if plan.head_start_minutes:
        yield from _head_start(plan)
    if plan.early_bird_until is not None:
        inside = plan.opens_at < plan.early_bird_until <= plan.closes_at
        yield from _unless(inside, "early_bird_until", _("早鸟截止要在开团和截止之间"))
    if plan.early_bird_orders is not None:
        counts = 1 <= plan.early_bird_orders <= MOST_COUNT
        yield from _unless(counts, "early_bird_orders", _("早鸟名额至少 1 单"))


def _head_start(plan: Plan) -> Findings:
    lasts = dt.timedelta(minutes=plan.head_start_minutes)
    fits = dt.timedelta() < lasts <= LONGEST_HEAD_START and plan.opens_at + lasts < plan.closes_at
    yield from _unless(fits, "head_start_minutes", _("会员先买最多 48 小时，并且要在截止前结束"))


def _thresholds(thresholds: Sequence[int]) -> Findings:
    if not FEWEST_TIERS <= len(thresholds) <= MOST_TIERS:
        yield InvalidField("thresholds", _("阶梯要 2 到 6 档"), tier=min(len(thresholds), MOST_TIERS - 1))
        return
    for tier, value in enumerate(thresholds):
        if not 1 <= value <= MOST_COUNT:
            yield InvalidField("thresholds", _("每档至少 1，最多 100 万"), tier=tier)
        elif tier and value <= thresholds[tier - 1]:
            before = thresholds[tier - 1]
            text = _("要比上一档 %(before)s 多，比如 %(example)s") % {"before": before, "example": before * 2}
            yield InvalidField("thresholds", text, tier=tier)


def _skus(plan: Plan, parts: PlanParts) -> Findings:
    codes = [offer.sku for offer in plan.skus]
    found = {sku.code: sku for sku in parts.skus}
    missing = [code for code in codes if code not in found]
    yield from _unless(0 < len(codes) <= MOST_SKUS, "skus", _("选 1 到 50 个规格"))
    yield from _unless(len(set(codes)) == len(codes), "skus", _("同一个规格只能选一次"))
    yield from _unless(not missing, "skus", _("没有这个规格：%s") % _("、").join(missing))
    for number, offer in enumerate(plan.skus):
        if offer.sku in found:
            yield from _offer(f"skus.{number}", offer, found[offer.sku], plan)


def _offer(field: str, offer: SkuPlan, sku: Sku, plan: Plan) -> Findings:
    yield from _unless(1 <= offer.quantity <= MOST_COUNT, f"{field}.quantity", _("件数至少 1，最多 100 万"))
    if len(offer.prices_fen) != len(plan.thresholds):
        yield InvalidField(f"{field}.prices_fen", _("每档都要写一个价"))
    elif offer.prices_fen:
        yield from _prices(f"{field}.prices_fen", offer.prices_fen, sku)
        yield from _early_bird(f"{field}.early_bird_price_fen", offer, plan)


def _prices(field: str, prices: Sequence[int], sku: Sku) -> Findings:
    for tier, price in enumerate(prices):
        if not 0 < price <= HIGHEST_FEN:
            yield InvalidField(field, _("价格要大于 0"), tier=tier)
        elif tier and price >= prices[tier - 1] > 0:
            words = {"before": format_yuan(prices[tier - 1]), "example": format_yuan(_lower(prices, tier))}
            yield InvalidField(field, _("要比上一档 %(before)s 低，比如 %(example)s") % words, tier=tier)
    text = _("第一档不能高于单买价 %s") % format_yuan(sku.price_fen)
    yield from _unless(prices[0] <= sku.price_fen, field, text, tier=0)


def _lower(prices: Sequence[int], tier: int) -> int:
    """A price for a step that fits: it falls as far as the step before did, or by a tenth."""
    before = prices[tier - 1]
    drop = prices[tier - 2] - before if tier > 1 else 0
    usual = drop if 0 < drop < before else share(before, USUAL_DROP_BP)
    return max((before - usual) // 10 * 10, 1)


def _early_bird(field: str, offer: SkuPlan, plan: Plan) -> Findings:
    has_early_bird = plan.early_bird_orders is not None or plan.early_bird_until is not None
    price = offer.early_bird_price_fen
    if not has_early_bird:
        yield from _unless(price is None, field, _("先写早鸟名额或早鸟截止时间"))
    elif price is None:
        yield InvalidField(field, _("每个规格都要写早鸟价"))
    else:
        below = 0 < price < offer.prices_fen[0]
        yield from _unless(below, field, _("早鸟价要比第一档 %s 低") % format_yuan(offer.prices_fen[0]))


def _counts(plan: Plan) -> Findings:
    pieces = sum(offer.quantity for offer in plan.skus)
    yield from _unless(plan.basis in Basis.values, "basis", _("按人数或按件数"))
    if plan.thresholds and plan.minimum < plan.thresholds[0]:
        yield InvalidField("minimum", _("成团数量不能低于第一档 %s") % plan.thresholds[0])
    elif plan.skus:
        yield from _unless(plan.minimum <= pieces, "minimum", _("成团数量不能多于总件数 %s") % pieces)
    if plan.max_participants is not None:
        capped = 1 <= plan.max_participants <= MOST_COUNT
        yield from _unless(capped, "max_participants", _("人数上限至少 1 人"))
        enough = not capped or plan.basis != Basis.PARTICIPANTS or plan.max_participants >= plan.minimum
        yield from _unless(enough, "max_participants", _("人数上限不能低于成团人数 %s") % plan.minimum)
    if plan.limit_per_person is not None:
        limited = 1 <= plan.limit_per_person <= MOST_COUNT
        yield from _unless(limited, "limit_per_person", _("每人限购至少 1 件"))


def _missed(plan: Plan) -> Findings:
    yield from _unless(plan.when_missed in WhenMissed.values, "when_missed", _("选一种未成团的处理方式"))
    if plan.when_missed == WhenMissed.EXTEND:
        yield from _unless(plan.extend_hours in EXTEND_HOURS, "extend_hours", _("延长 1 到 168 小时"))
    else:
        yield from _unless(plan.extend_hours is None, "extend_hours", _("只有选了延长才写小时数"))


def _fulfilment(plan: Plan, parts: PlanParts) -> Findings:
    all_found = len(parts.points) == len(set(plan.pickup_points))
    yield from _unless(all_found, "pickup_points", _("有的自提点不存在或已停用"))
    reachable = bool(plan.pickup_points) or plan.delivers
    yield from _unless(reachable, "pickup_points", _("选一个自提点，或者开启送货上门"))
    yield from _unless(0 <= plan.freight_fen <= HIGHEST_FEN, "freight_fen", _("运费不能是负数"))
    if plan.free_freight_from_fen is not None:
        sensible = 0 <= plan.free_freight_from_fen <= HIGHEST_FEN
        yield from _unless(sensible, "free_freight_from_fen", _("满额不能是负数"))
