"""Locks on coupons, promotions and rewards: the row of a person comes before what many people share."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import User
from marketing.models import Coupon, CouponHolder, CouponTemplate, Promotion, Reward


def lock_holders(template: CouponTemplate, user_ids: Sequence[int]) -> dict[int, CouponHolder]:
    """The rows of these people for one template, made where there are none yet, locked by person."""
    people = sorted(set(user_ids))
    CouponHolder.objects.bulk_create(
        (CouponHolder(template=template, user_id=user_id) for user_id in people), ignore_conflicts=True
    )
    rows = CouponHolder.objects.filter(template=template, user_id__in=people).order_by("user_id")
    return {holder.user_id: holder for holder in rows.select_for_update(no_key=True)}


def lock_coupons(coupons: QuerySet[Coupon]) -> list[Coupon]:
    """Coupons with their templates, locked by key."""
    return list(coupons.select_related("template").order_by("pk").select_for_update(of=("self",), no_key=True))


def lock_promotion(promotions: QuerySet[Promotion], promotion_id: int) -> Promotion | None:
    """The promotion, locked, if it is among these once the lock is held. It does not stop neighbours from ordering."""
    return promotions.select_for_update(of=("self",), no_key=True).filter(pk=promotion_id).first()


def lock_reward(rewards: QuerySet[Reward], reward_id: int) -> Reward | None:
    """The reward, locked, if it is among these once the lock is held."""
    return rewards.select_for_update(of=("self",), no_key=True).filter(pk=reward_id).first()


def lock_inviter(user_id: int) -> None:
    """What one person earns by inviting is counted one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user_id)
