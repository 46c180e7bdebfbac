"""What a decision about a case sets going: orders whose money is held, a withdrawal, rewards that wait."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refusal
from marketing.models import Reward
from marketing.services.rewards.granting import refuse, release
from orders.services import holding
from payments.models import Withdrawal
from payments.services.payouts import lift_hold
from payments.states import WithdrawalStatus
from risk.models import RiskCase
from risk.selectors.cases import about_reward, held_by, holder_of, rewards_of, undecided
from risk.states import SubjectKind


def follow_confirmed(case: RiskCase, *, actor_id: int, now: dt.datetime) -> None:
    """Rewards that wait for the case are void. Held orders stay held, and a withdrawal waits for finance to reject it.

    Whoever was to get a reward reads no more than that it was looked into.
    """
    for reward in rewards_of(case):
        refuse(reward=reward, actor_id=actor_id, reason=_("核查后不予发放"), now=now)


def follow_dismissed(case: RiskCase, *, actor_id: int, now: dt.datetime) -> None:
    """Held orders go on, and so do the withdrawal and the rewards that no other case is about."""
    let_orders_go(case, actor_id=actor_id, note=case.note, now=now)
    _let_withdrawal_go(case, actor_id=actor_id, now=now)
    for reward in rewards_of(case):
        if not _is_suspected_elsewhere(reward):
            _grant(reward, actor_id=actor_id, now=now)


def let_orders_go(case: RiskCase, *, actor_id: int, note: str, now: dt.datetime) -> int:
    """Lift the holds of this case and no others; returns how many."""
    holds = list(held_by(case).select_related("order").order_by("order_id"))
    for hold in holds:
        holding.unfreeze(order=hold.order, actor_id=actor_id, note=note, now=now, by=holder_of(case))
    return len(holds)


def _let_withdrawal_go(case: RiskCase, *, actor_id: int, now: dt.datetime) -> None:
    same = undecided().filter(subject_kind=case.subject_kind, subject_code=case.subject_code)
    if case.subject_kind != SubjectKind.WITHDRAWAL or same.exists():
        return
    held = Withdrawal.objects.filter(number=case.subject_code, status=WithdrawalStatus.HELD).first()
    if held is not None:
        lift_hold(withdrawal=held, actor_id=actor_id, note=case.note, now=now)


def _is_suspected_elsewhere(reward: Reward) -> bool:
    return undecided().filter(evidence__about=about_reward(reward)).exists()


def _grant(reward: Reward, *, actor_id: int, now: dt.datetime) -> None:
    """What cannot be given now, such as a coupon that has run out, goes on waiting where rewards wait."""
    try:
        with transaction.atomic():
            release(reward=reward, actor_id=actor_id, now=now)
    except Refusal:
        return
