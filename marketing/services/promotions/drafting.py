"""G2: writing a promotion down, and what of it may still change once it is live."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.models import Product, Sku
from common import audit, statemachine
from common.errors import InvalidField
from marketing.errors import PromotionNotEditable
from marketing.locks import lock_promotion
from marketing.models import CouponTemplate, Promotion, PromotionGift, PromotionStep
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.services.promotions.checking import check_plan, check_window
from marketing.states import PromotionScope, PromotionStatus, TemplateStatus


@transaction.atomic
def save_promotion(
    *, merchant: Merchant, actor_id: int, plan: PromotionPlan, now: dt.datetime, promotion: Promotion | None = None
) -> Promotion:
    """A new draft, or a draft written anew. Raises InvalidField, and PromotionNotEditable when it is live."""
    check_plan(plan, now=now)
    saved = _create(merchant, plan, now=now) if promotion is None else _rewrite(promotion, plan)
    saved.products.set(_products(merchant, plan))
    saved.campaigns.set(_campaigns(merchant, plan))
    gifts = _gifts(saved, plan.steps)
    coupons = _coupons(merchant, plan.steps)
    PromotionStep.objects.bulk_create(_step(saved, step, gifts, coupons) for step in plan.steps)
    if promotion is None:
        statemachine.begin(saved, now=now, actor_id=actor_id)
    audit.record(actor_id=actor_id, action="promotion.save", subject=f"promotion:{saved.code}")
    return saved


@transaction.atomic
def change_live(
    *, promotion: Promotion, actor_id: int, title: str, ends_at: dt.datetime, now: dt.datetime
) -> Promotion:
    """Of a live promotion the name and the end. Raises InvalidField, and PromotionNotEditable of any other."""
    locked = lock_promotion(Promotion.objects.live(), promotion.pk)
    if locked is None:
        raise PromotionNotEditable
    if not title.strip():
        raise InvalidField("title", _("起个名字，比如 开学季满减"))
    check_window(locked.starts_at, ends_at, now=now)
    locked.title, locked.ends_at = title.strip(), ends_at
    locked.save(update_fields=["title", "ends_at"])
    audit.record(actor_id=actor_id, action="promotion.save", subject=f"promotion:{locked.code}")
    return locked


def _create(merchant: Merchant, plan: PromotionPlan, *, now: dt.datetime) -> Promotion:
    return Promotion.objects.create(merchant=merchant, made_at=now, **_fields(plan))


def _rewrite(promotion: Promotion, plan: PromotionPlan) -> Promotion:
    locked = lock_promotion(Promotion.objects.filter(status=PromotionStatus.DRAFT), promotion.pk)
    if locked is None:
        raise PromotionNotEditable
    for name, value in _fields(plan).items():
        setattr(locked, name, value)
    locked.save(update_fields=list(_fields(plan)))
    locked.steps.all().delete()
    locked.gifts.all().delete()
    return locked


def _fields(plan: PromotionPlan) -> dict[str, object]:
    return {
        "title": plan.title.strip(),
        "kind": plan.kind,
        "scope": plan.scope,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
    }


def _products(merchant: Merchant, plan: PromotionPlan) -> list[Product]:
    wanted = plan.products if plan.scope == PromotionScope.PRODUCTS else ()
    found = list(Product.objects.filter(merchant=merchant, code__in=wanted))
    if len(found) != len(set(wanted)):
        raise InvalidField("products", _("有商品不是这家店的"))
    return found


def _campaigns(merchant: Merchant, plan: PromotionPlan) -> list[Campaign]:
    wanted = plan.campaigns if plan.scope == PromotionScope.CAMPAIGNS else ()
    found = list(Campaign.objects.filter(merchant=merchant, code__in=wanted))
    if len(found) != len(set(wanted)):
        raise InvalidField("campaigns", _("有团购不是这家店的"))
    return found


def _gifts(promotion: Promotion, steps: Iterable[StepPlan]) -> dict[str, PromotionGift]:
    """One row for each SKU; steps that give the same one share its pieces."""
    pieces: Counter[str] = Counter()
    for step in steps:
        if step.gift_sku:
            pieces[step.gift_sku] += step.gift_stock
    skus = Sku.objects.filter(product__merchant=promotion.merchant_id, code__in=pieces, retired_at__isnull=True)
    by_code = {sku.code: sku for sku in skus}
    if len(by_code) != len(pieces):
        raise InvalidField("steps", _("赠品要是这家店在售的商品"))
    gifts = {code: PromotionGift(promotion=promotion, sku=by_code[code], pieces=pieces[code]) for code in pieces}
    PromotionGift.objects.bulk_create(gifts.values())
    return gifts


def _coupons(merchant: Merchant, steps: Iterable[StepPlan]) -> dict[str, CouponTemplate]:
    wanted = {step.coupon for step in steps if step.coupon}
    own = CouponTemplate.objects.filter(merchant=merchant, code__in=wanted, status=TemplateStatus.ACTIVE)
    found = {template.code: template for template in own}
    if found.keys() != wanted:
        raise InvalidField("steps", _("送的券要是这家店正在发的券"))
    return found


def _step(
    promotion: Promotion, step: StepPlan, gifts: dict[str, PromotionGift], coupons: dict[str, CouponTemplate]
) -> PromotionStep:
    return PromotionStep(
        promotion=promotion,
        threshold_fen=step.threshold_fen,
        off_fen=step.off_fen,
        gift=gifts.get(step.gift_sku),
        gift_pieces=step.gift_pieces if step.gift_sku else 0,
        coupon=coupons.get(step.coupon),
        points=step.points,
    )
