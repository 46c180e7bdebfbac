"""Coupons, promotions and programmes as tests need them: each goes through the services where there are any."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Merchant, User
from catalog.models import Sku
from marketing.models import Coupon, CouponTemplate, Promotion, ReferralProgramme, WelcomeProgramme
from marketing.plans import CouponPlan, ScopePlan
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.services.issuing import issue
from marketing.services.promotions.drafting import save_promotion
from marketing.services.promotions.launching import launch
from marketing.services.templates import create_template
from tests.factories.accounts import make_operator, owner_of

DAY = dt.timedelta(days=1)


def make_coupon_plan(*scopes: tuple[str, str], now: dt.datetime, **changes: Any) -> CouponPlan:
    """¥5 off from ¥20 on, to be claimed by anybody, good for a week after that; tied to these scopes."""
    fields: dict[str, Any] = {
        "name": "满 20 减 5",
        "amount_fen": 500,
        "threshold_fen": 2000,
        "claimable": True,
        "opens_at": now,
        "valid_days": 7,
        "scopes": tuple(ScopePlan(kind, key) for kind, key in scopes),
    }
    return CouponPlan(**fields | changes)


def make_template(
    merchant: Merchant | None = None, *scopes: tuple[str, str], now: dt.datetime | None = None, **changes: Any
) -> CouponTemplate:
    """A coupon of a merchant; without one the platform's."""
    now = now or timezone.now()
    actor = owner_of(merchant) if merchant else make_operator()
    plan = make_coupon_plan(*scopes, now=now, **changes)
    return create_template(merchant=merchant, plan=plan, actor_id=actor.pk, now=now)


def give_coupon(user: User, template: CouponTemplate, *, now: dt.datetime | None = None) -> Coupon:
    """Somebody's coupon."""
    return issue(template=template, user_ids=[user.pk], source="test", now=now or timezone.now())[0]


def make_promotion_plan(kind: str = "off", *, now: dt.datetime, **changes: Any) -> PromotionPlan:
    """From ¥80 on ¥10 off, from ¥150 on ¥25, in the whole shop, for a week."""
    fields: dict[str, Any] = {
        "title": "开学季",
        "kind": kind,
        "scope": "shop",
        "starts_at": now,
        "ends_at": now + 7 * DAY,
        "steps": (StepPlan(8000, off_fen=1000), StepPlan(15000, off_fen=2500)),
    }
    return PromotionPlan(**fields | changes)


def make_promotion(
    merchant: Merchant, kind: str = "off", *, now: dt.datetime | None = None, **changes: Any
) -> Promotion:
    """A live promotion."""
    now = now or timezone.now()
    actor_id = owner_of(merchant).pk
    plan = make_promotion_plan(kind, now=now, **changes)
    draft = save_promotion(merchant=merchant, actor_id=actor_id, plan=plan, now=now)
    return launch(promotion=draft, actor_id=actor_id, now=now)


def make_gift_promotion(
    merchant: Merchant, sku: Sku, *, pieces: int = 1, stock: int = 5, now: dt.datetime | None = None, **changes: Any
) -> Promotion:
    """From ¥50 on so many pieces of a SKU, of `stock` that are set aside."""
    step = StepPlan(5000, gift_sku=sku.code, gift_pieces=pieces, gift_stock=stock)
    return make_promotion(merchant, "gift", now=now, **{"steps": (step,)} | changes)


def make_referral(*, now: dt.datetime | None = None, **changes: Any) -> ReferralProgramme:
    """From yesterday on, for a month: 100 points for who brought somebody into a community, and ¥0.50 in points for
    who came.
    """
    now = now or timezone.now()
    fields: dict[str, Any] = {
        "title": "邀请有礼",
        "trigger": "joined_community",
        "starts_at": now - DAY,
        "ends_at": now + 30 * DAY,
        "inviter_points": 100,
        "invitee_points": 50,
    }
    return ReferralProgramme.objects.create(**fields | changes)


def make_welcome(*coupons: CouponTemplate, now: dt.datetime | None = None, **changes: Any) -> WelcomeProgramme:
    """From yesterday on, for a month: these coupons and 20 points for whoever registers."""
    now = now or timezone.now()
    fields: dict[str, Any] = {"title": "新人礼", "points": 20, "starts_at": now - DAY, "ends_at": now + 30 * DAY}
    programme = WelcomeProgramme.objects.create(**fields | changes)
    programme.coupons.set(coupons)
    return programme
