"""G5, 老带新: who brought a neighbour and the neighbour both get something, once, when the programme says so.

Who brought whom is written down once and for ever by `community.services.sharing`: the first personal link a person had
opened when they registered.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from community.models import Invitation
from marketing.locks import lock_inviter
from marketing.models import CouponTemplate, ReferralProgramme, Reward
from marketing.services.rewards.granting import Benefit, Occasion, reward
from marketing.states import RewardKind, RewardStatus, Side, Trigger
from orders.models import Order
from orders.states import OrderStatus


def joined_community(*, user_id: int, now: dt.datetime) -> None:
    """Somebody belongs to a community: whoever brought them is rewarded, and they are."""
    _reward_both(user_id, Trigger.JOINED_COMMUNITY, now=now)


def completed_order(*, order: Order, now: dt.datetime) -> None:
    """An order is final; it counts if it is its buyer's first."""
    earlier = Order.objects.filter(buyer=order.buyer_id, status=OrderStatus.COMPLETED, completed_at__isnull=False)
    if not earlier.filter(pk__lt=order.pk).exists():
        _reward_both(order.buyer_id, Trigger.FIRST_ORDER_COMPLETED, now=now)


@transaction.atomic
def _reward_both(invitee_id: int, trigger: Trigger, *, now: dt.datetime) -> None:
    invitation = Invitation.objects.filter(invitee=invitee_id).first()
    if invitation is None:
        return
    promised = ReferralProgramme.objects.for_who_came(invitation.registered_at).filter(trigger=trigger)
    for programme in promised.select_related("inviter_coupon", "invitee_coupon").order_by("pk"):
        lock_inviter(invitation.inviter_id)
        _reward_invitee(programme, invitation, now=now)
        _reward_inviter(programme, invitation, now=now)


def _reward_invitee(programme: ReferralProgramme, invitation: Invitation, *, now: dt.datetime) -> Reward:
    benefit = Benefit(_one(programme.invitee_coupon), programme.invitee_points, programme.invitee_cash_fen)
    occasion = _occasion(programme, invitation, Side.INVITEE, counterpart_id=invitation.inviter_id)
    return reward(user_id=invitation.invitee_id, occasion=occasion, benefit=benefit, now=now)


def _reward_inviter(programme: ReferralProgramme, invitation: Invitation, *, now: dt.datetime) -> Reward:
    benefit = Benefit(_one(programme.inviter_coupon), programme.inviter_points, programme.inviter_cash_fen)
    occasion = _occasion(programme, invitation, Side.INVITER, counterpart_id=invitation.invitee_id)
    refused = _("已经达到这个活动的奖励次数上限") if _has_enough(programme, invitation.inviter_id) else ""
    return reward(user_id=invitation.inviter_id, occasion=occasion, benefit=benefit, refused=refused, now=now)


def _occasion(programme: ReferralProgramme, invitation: Invitation, side: Side, *, counterpart_id: int) -> Occasion:
    return Occasion(
        kind=RewardKind.REFERRAL,
        source=f"referral:{programme.code}:{invitation.invitee_id}:{side}",
        programme=programme,
        side=side,
        invitee_id=invitation.invitee_id,
        counterpart_id=counterpart_id,
    )


def _has_enough(programme: ReferralProgramme, inviter_id: int) -> bool:
    """Whether this person has earned as often as the programme allows. Counted under the lock of the person."""
    if programme.most_per_inviter is None:
        return False
    earned = Reward.objects.filter(programme=programme, user=inviter_id, side=Side.INVITER)
    return earned.exclude(status=RewardStatus.VOID).count() >= programme.most_per_inviter


def _one(template: CouponTemplate | None) -> tuple[CouponTemplate, ...]:
    return (template,) if template else ()
