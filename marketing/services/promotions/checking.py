"""What a promotion's plan must be like, said at the field it is about."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.states import PromotionKind, PromotionScope

MOST_STEPS = 5
MOST_POINTS = 10_000
LONGEST = dt.timedelta(days=366)


def check_plan(plan: PromotionPlan, *, now: dt.datetime) -> None:
    """Raises InvalidField with the field and the fix."""
    if not plan.title.strip():
        raise InvalidField("title", _("起个名字，比如 开学季满减"))
    check_window(plan.starts_at, plan.ends_at, now=now)
    if plan.scope == PromotionScope.PRODUCTS and not plan.products:
        raise InvalidField("products", _("至少选一个商品"))
    if plan.scope == PromotionScope.CAMPAIGNS and not plan.campaigns:
        raise InvalidField("campaigns", _("至少选一个团购"))
    _check_steps(plan)


def check_window(starts_at: dt.datetime, ends_at: dt.datetime, *, now: dt.datetime) -> None:
    """Raises InvalidField unless it ends after it starts, in the future, and within a year."""
    if ends_at <= starts_at or ends_at <= now:
        raise InvalidField("ends_at", _("结束时间要晚于开始时间，也要晚于现在"))
    if ends_at - starts_at > LONGEST:
        raise InvalidField("ends_at", _("一个促销最长一年"))


def _check_steps(plan: PromotionPlan) -> None:
    if not 1 <= len(plan.steps) <= MOST_STEPS:
        raise InvalidField("steps", _("写 1 到 5 档"))
    for step in plan.steps:
        CHECKS[PromotionKind(plan.kind)](step)
    thresholds = [step.threshold_fen for step in plan.steps]
    if sorted(set(thresholds)) != thresholds:
        raise InvalidField("steps", _("门槛要一档比一档高"))
    offs = [step.off_fen for step in plan.steps]
    if plan.kind == PromotionKind.OFF and sorted(set(offs)) != offs:
        raise InvalidField("steps", _("门槛越高，减得要越多"))


def _check_off(step: StepPlan) -> None:
    if not 0 < step.off_fen < step.threshold_fen:
        raise InvalidField("steps", _("减的金额要大于 0、小于门槛"))


def _check_gift(step: StepPlan) -> None:
    if step.threshold_fen < 1 or not step.gift_sku:
        raise InvalidField("steps", _("每档写门槛，选一个赠品"))
    if not 0 < step.gift_pieces <= step.gift_stock:
        raise InvalidField("steps", _("每单至少送 1 件，总件数不能比每单送的少"))


def _check_reward(step: StepPlan) -> None:
    if step.threshold_fen < 1 or not (step.coupon or step.points):
        raise InvalidField("steps", _("每档写门槛，选送的券或积分"))
    if step.points > MOST_POINTS:
        raise InvalidField("steps", _("一单最多送 10000 积分"))


CHECKS = {
    PromotionKind.OFF: _check_off,
    PromotionKind.GIFT: _check_gift,
    PromotionKind.REWARD: _check_reward,
}
