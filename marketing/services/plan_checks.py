"""What makes a coupon sound. Each finding names the field and the fix."""

import datetime as dt
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Merchant
from common.errors import InvalidField
from common.money import BASIS_POINTS
from marketing.plans import CouponPlan
from marketing.selectors.scopes import exists
from marketing.states import CouponKind, ScopeKind

LONGEST_NAME = 40
HIGHEST_FEN = 10_000_000
MOST_COUPONS = 10_000_000
MOST_PER_PERSON = 100
MOST_DAYS = 366
MOST_SCOPES = 100

Findings = Iterator[InvalidField]


def check_plan(*, merchant: Merchant | None, plan: CouponPlan, now: dt.datetime) -> None:
    """Raise InvalidField at the first thing that is wrong."""
    for finding in findings_of(merchant=merchant, plan=plan, now=now):
        raise finding


def findings_of(*, merchant: Merchant | None, plan: CouponPlan, now: dt.datetime) -> Findings:
    """Everything that is wrong with a plan."""
    yield from _unless(plan.name.strip() != "", "name", _("写一个名称"))
    yield from _unless(len(plan.name) <= LONGEST_NAME, "name", _("名称最多 40 个字"))
    yield from _benefit(plan)
    yield from _counts(plan)
    yield from _times(plan, now)
    yield from _scopes(plan, merchant)


def _unless(holds: bool, field: str, reason: str | Promise) -> Findings:
    if not holds:
        yield InvalidField(field, reason)


def _benefit(plan: CouponPlan) -> Findings:
    for field in ("amount_fen", "threshold_fen"):
        yield from _unless(0 <= getattr(plan, field) <= HIGHEST_FEN, field, _("金额在 0 到 10 万元之间"))
    if plan.kind == CouponKind.PERCENTAGE:
        yield from _unless(0 < plan.rate_bp < BASIS_POINTS, "rate_bp", _("折扣要在 0 和 10 折之间"))
        yield from _unless(plan.amount_fen == 0, "amount_fen", _("折扣券不写面额"))
        yield from _unless(
            plan.cap_fen is None or 0 < plan.cap_fen <= HIGHEST_FEN, "cap_fen", _("最多减的金额要大于 0")
        )
        return
    yield from _unless(plan.rate_bp == 0 and plan.cap_fen is None, "kind", _("只有折扣券写折扣和最多减多少"))
    if plan.kind == CouponKind.THRESHOLD:
        yield from _unless(plan.amount_fen > 0, "amount_fen", _("写上减多少"))
        yield from _unless(plan.threshold_fen >= plan.amount_fen, "threshold_fen", _("门槛不能低于面额"))
    elif plan.kind == CouponKind.PLAIN:
        yield from _unless(plan.amount_fen > 0, "amount_fen", _("写上减多少"))
        yield from _unless(plan.threshold_fen == 0, "threshold_fen", _("无门槛券不写门槛"))
    else:
        yield from _unless(plan.kind == CouponKind.FREIGHT, "kind", _("选一种券"))


def _counts(plan: CouponPlan) -> Findings:
    yield from _unless(plan.total is None or 0 < plan.total <= MOST_COUPONS, "total", _("总量要大于 0，不限量就留空"))
    yield from _unless(1 <= plan.per_person <= MOST_PER_PERSON, "per_person", _("每人限领 1 到 100 张"))


def _times(plan: CouponPlan, now: dt.datetime) -> Findings:
    if plan.closes_at is not None:
        yield from _unless(plan.closes_at > plan.opens_at, "closes_at", _("停止发放要晚于开始发放"))
    if plan.valid_days is not None:
        yield from _unless(1 <= plan.valid_days <= MOST_DAYS, "valid_days", _("有效天数在 1 到 366 之间"))
        fixed = plan.valid_from is not None or plan.valid_until is not None
        yield from _unless(not fixed, "valid_days", _("固定日期和领取后几天，只选一种"))
    elif plan.valid_from is None or plan.valid_until is None:
        yield InvalidField("valid_until", _("写上什么时候可以用"))
    else:
        yield from _unless(plan.valid_until > plan.valid_from, "valid_until", _("可用截止要晚于可用开始"))
        yield from _unless(plan.valid_until > now, "valid_until", _("可用截止已经过去了"))


def _scopes(plan: CouponPlan, merchant: Merchant | None) -> Findings:
    yield from _unless(len(plan.scopes) <= MOST_SCOPES, "scopes", _("适用范围最多写 100 项"))
    yield from _unless(len(set(plan.scopes)) == len(plan.scopes), "scopes", _("适用范围有重复"))
    for scope in plan.scopes[:MOST_SCOPES]:
        is_there = scope.key == "" if scope.kind == ScopeKind.NEWCOMER else exists(scope.kind, scope.key, merchant)
        yield from _unless(is_there, "scopes", _("适用范围里没有 %(key)s") % {"key": scope.key})
