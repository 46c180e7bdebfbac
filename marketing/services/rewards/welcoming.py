"""G8, 新人礼: what a new member finds when they come, once."""

import datetime as dt

from accounts.models import User
from marketing.models import Reward, WelcomeProgramme, WelcomeSeen
from marketing.services.rewards.granting import Benefit, Occasion, reward
from marketing.states import RewardKind


def welcome(*, user_id: int, now: dt.datetime) -> Reward | None:
    """The gift of the programme that ran when they registered; None when there was none."""
    registered_at = User.objects.values_list("joined_at", flat=True).get(pk=user_id)
    programme = WelcomeProgramme.objects.for_who_came(registered_at).order_by("pk").first()
    if programme is None:
        return None
    benefit = Benefit(tuple(programme.coupons.order_by("pk")), programme.points)
    occasion = Occasion(RewardKind.WELCOME, f"welcome:{user_id}")
    return reward(user_id=user_id, occasion=occasion, benefit=benefit, now=now)


def put_away(*, user: User, now: dt.datetime) -> None:
    """They have seen it; the card does not come back."""
    WelcomeSeen.objects.get_or_create(user=user, defaults={"seen_at": now})
