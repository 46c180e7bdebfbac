"""Making coupons, changing what may still change, and stopping them."""

import datetime as dt
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Merchant
from common import audit, statemachine
from common.errors import InvalidField
from marketing.errors import CouponStopped, NoSuchCoupon, TermsAreFixed
from marketing.models import CouponScope, CouponTemplate
from marketing.plans import CouponPlan, ScopePlan
from marketing.services.plan_checks import check_plan
from marketing.states import Funder, TemplateStatus

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@transaction.atomic
def create_template(
    *, merchant: Merchant | None, plan: CouponPlan, actor_id: int | None, now: dt.datetime
) -> CouponTemplate:
    """A new coupon of a merchant, at its cost; without a merchant the platform's. Raises InvalidField."""
    check_plan(merchant=merchant, plan=plan, now=now)
    template = CouponTemplate(
        merchant=merchant,
        funder=Funder.PLATFORM if merchant is None else Funder.MERCHANT,
        made_at=now,
        **_fields(plan),
    )
    template.save(force_insert=True)
    _write_scopes(template, plan)
    statemachine.begin(template, now=now, actor_id=actor_id)
    audit.record(actor_id=actor_id, action="coupon.create", subject=f"coupon:{template.code}")
    return template


@transaction.atomic
def change_template(
    *, template: CouponTemplate, plan: CouponPlan, actor_id: int | None, now: dt.datetime
) -> CouponTemplate:
    """Write a coupon anew. Raises InvalidField, CouponStopped; TermsAreFixed where people hold other terms already."""
    template = _lock(template)
    check_change(template=template, plan=plan, now=now)
    CouponTemplate.objects.filter(pk=template.pk).update(**_fields(plan))
    template.scopes.all().delete()
    _write_scopes(template, plan)
    audit.record(actor_id=actor_id, action="coupon.change", subject=f"coupon:{template.code}")
    template.refresh_from_db()
    return template


def check_change(*, template: CouponTemplate | None, plan: CouponPlan, now: dt.datetime) -> None:
    """Raise what changing a coupon like this would, or making one of the platform's; writes nothing."""
    check_plan(merchant=template.merchant if template else None, plan=plan, now=now)
    if template is None:
        return
    if template.issued and _strict(plan) != _strict(plan_of(template)):
        raise TermsAreFixed
    if plan.total is not None and plan.total < template.issued:
        raise InvalidField("total", _("已经发了 %(issued)s 张，总量不能更少") % {"issued": template.issued})
    if template.holders.filter(coupons__gt=plan.per_person).exists():
        raise InvalidField("per_person", _("已经有人领了更多，每人限领不能更少"))


@transaction.atomic
def stop_template(*, template: CouponTemplate, actor_id: int, now: dt.datetime) -> CouponTemplate:
    """Nobody gets one any more; those who have one may still use it. Raises CouponStopped."""
    template = _lock(template)
    statemachine.move(template, TemplateStatus.STOPPED, now=now, actor_id=actor_id)
    audit.record(actor_id=actor_id, action="coupon.stop", subject=f"coupon:{template.code}")
    return template


def plan_of(template: CouponTemplate) -> CouponPlan:
    """A coupon as it was planned."""
    names = [name for name in CouponPlan.__dataclass_fields__ if name != "scopes"]
    scopes = template.scopes.order_by("kind", "key").values_list("kind", "key")
    return CouponPlan(
        **{name: getattr(template, name) for name in names}, scopes=tuple(ScopePlan(*scope) for scope in scopes)
    )


def _lock(template: CouponTemplate) -> CouponTemplate:
    found = CouponTemplate.objects.select_for_update(of=("self",), no_key=True).filter(pk=template.pk).first()
    if found is None:
        raise NoSuchCoupon
    if found.status != TemplateStatus.ACTIVE:
        raise CouponStopped
    return found


def _strict(plan: CouponPlan) -> CouponPlan:
    """A plan with what may change taken out, to compare; people type minutes."""
    return replace(
        plan,
        name="",
        total=None,
        per_person=1,
        claimable=False,
        opens_at=LONG_AGO,
        closes_at=None,
        valid_from=_minute(plan.valid_from),
        valid_until=_minute(plan.valid_until),
        scopes=tuple(sorted(plan.scopes, key=lambda scope: (scope.kind, scope.key))),
    )


def _minute(at: dt.datetime | None) -> dt.datetime | None:
    return at.replace(second=0, microsecond=0) if at else None


def _fields(plan: CouponPlan) -> dict[str, object]:
    return {name: value for name, value in asdict(plan).items() if name != "scopes"} | {"name": plan.name.strip()}


def _write_scopes(template: CouponTemplate, plan: CouponPlan) -> None:
    CouponScope.objects.bulk_create(
        CouponScope(template=template, kind=scope.kind, key=scope.key) for scope in plan.scopes
    )
