"""Coupons as tests need them: each function goes through the services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Merchant, User
from marketing.models import Coupon, CouponTemplate
from marketing.plans import CouponPlan, ScopePlan
from marketing.services.issuing import issue
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
