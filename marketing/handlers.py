"""What follows from what happened elsewhere: coupons that return, rewards, and who hears of them."""

import datetime as dt

from accounts.events import UserRegistered
from accounts.selectors.staff import recipient
from common.events import handles
from community.events import MemberJoined
from marketing.events import RewardGranted
from marketing.models import Coupon, Reward
from marketing.services.holding import return_used
from marketing.services.rewards.referring import completed_order, joined_community
from marketing.services.rewards.thanking import thank_for
from marketing.services.rewards.welcoming import welcome
from notifications.services.inbox import tell
from orders.events import AfterSalesRefunded, OrderCompleted
from orders.models import Order


@handles(UserRegistered)
def welcome_new_member(event: UserRegistered, now: dt.datetime) -> None:
    """Whoever has just come finds a gift."""
    welcome(user_id=event.user_id, now=now)


@handles(MemberJoined)
def reward_joining(event: MemberJoined, now: dt.datetime) -> None:
    """Whoever was brought by a neighbour belongs to a community now."""
    joined_community(user_id=event.user_id, now=now)


@handles(OrderCompleted)
def reward_first_order(event: OrderCompleted, now: dt.datetime) -> None:
    """Whoever was brought by a neighbour has bought something for good."""
    completed_order(order=Order.objects.get(pk=event.order_id), now=now)


@handles(OrderCompleted)
def send_promised(event: OrderCompleted, now: dt.datetime) -> None:
    """What 满送 promised is due."""
    thank_for(order=Order.objects.get(pk=event.order_id), now=now)


@handles(RewardGranted)
def tell_reward(event: RewardGranted, now: dt.datetime) -> None:
    """Somebody hears what they got, and what for."""
    reward = Reward.objects.select_related("user", "invitee").prefetch_related("coupons").get(pk=event.reward_id)
    tell(
        recipients=[recipient(reward.user)],
        kind="reward_granted",
        about=f"reward:{reward.code}",
        context={"reward": reward, "coupons": list(reward.coupons.all())},
        url="/me/invitations/" if reward.programme_id else "/me/",
        now=now,
    )


@handles(AfterSalesRefunded)
def return_coupons(event: AfterSalesRefunded, now: dt.datetime) -> None:
    """Once everything of an order has gone back, so does its coupon; a part of it is no reason."""
    order = Order.objects.get(pk=event.order_id)
    left = sum(line.paid_fen - line.refunded_fen for line in order.lines.all())
    if not left and order.freight_refunded_fen == order.freight_fen:
        return_used(Coupon.objects.filter(order=order), now=now)
