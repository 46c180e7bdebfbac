"""Giving somebody what they earned, once: asked about first, then coupons, points, money, in the order of the locks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from common import audit, events, statemachine
from common.assessments import Verdict
from common.errors import Refusal
from community.contributions import BenefitRequest
from community.services.benefits import assess
from community.services.points import award
from community.states import PointsKind
from marketing.errors import CouponLimitReached, RewardDecided
from marketing.events import RewardGranted
from marketing.locks import lock_reward
from marketing.models import CouponTemplate, ReferralProgramme, Reward
from marketing.services.issuing import issue
from marketing.states import RewardKind, RewardStatus
from payments.services import rewards

LONGEST_NOTE = 200
# As what the points of a reward stand in its owner's list.
POINTS_KINDS = {RewardKind.REFERRAL: PointsKind.INVITE, RewardKind.WELCOME: PointsKind.WELCOME}


@dataclass(frozen=True)
class Benefit:
    """What a reward consists of. A payer bears the points; otherwise, and for the money, it is the platform."""

    coupons: Sequence[CouponTemplate] = ()
    points: int = 0
    cash_fen: int = 0
    payer_id: int | None = None


@dataclass(frozen=True)
class Occasion:
    """What somebody is rewarded for. `source` names it for ever; the rest is for those of a referral."""

    kind: RewardKind
    source: str
    programme: ReferralProgramme | None = None
    side: str = ""
    invitee_id: int | None = None
    counterpart_id: int | None = None


@transaction.atomic
def reward(*, user_id: int, occasion: Occasion, benefit: Benefit, refused: str = "", now: dt.datetime) -> Reward:
    """The reward of an occasion: the one there is, or a new one, which is granted at once where nothing speaks
    against it. `refused` says why there is none; a check may deny it too, or want an operator to look first.
    """
    made, is_new = _write(occasion.source, _fields(user_id, occasion, benefit) | {"made_at": now})
    if is_new:
        made.coupons.set(benefit.coupons)
        statemachine.begin(made, now=now)
        _decide(made, occasion, refused, now=now)
    return made


@transaction.atomic
def release(*, reward: Reward, actor_id: int, now: dt.datetime) -> None:
    """An operator has looked: it is granted. Raises RewardDecided, and whatever stands in the way of a part of it."""
    waiting = _waiting(reward)
    _grant(waiting, actor_id=actor_id, now=now)
    audit.record(actor_id=actor_id, action="reward.release", subject=f"reward:{waiting.code}")


@transaction.atomic
def refuse(*, reward: Reward, actor_id: int, reason: str, now: dt.datetime) -> None:
    """An operator has looked: there is none, and why. Raises RewardDecided."""
    waiting = _waiting(reward)
    _void(waiting, reason, actor_id=actor_id, now=now)
    audit.record(actor_id=actor_id, action="reward.refuse", subject=f"reward:{waiting.code}")


def _write(source: str, fields: dict[str, object]) -> tuple[Reward, bool]:
    """The one row of an occasion, and whether it is new. Of many who write it at once one succeeds."""
    return Reward.objects.get_or_create(source=source, defaults=fields)


def _waiting(reward: Reward) -> Reward:
    waiting = lock_reward(Reward.objects.filter(status=RewardStatus.WAITING), reward.pk)
    if waiting is None:
        raise RewardDecided
    return waiting


def _fields(user_id: int, occasion: Occasion, benefit: Benefit) -> dict[str, object]:
    return {
        "kind": occasion.kind,
        "user_id": user_id,
        "programme": occasion.programme,
        "side": occasion.side,
        "invitee_id": occasion.invitee_id,
        "points": benefit.points,
        "cash_fen": benefit.cash_fen,
        "payer_id": benefit.payer_id,
    }


def _decide(made: Reward, occasion: Occasion, refused: str, *, now: dt.datetime) -> None:
    if refused:
        _void(made, refused, now=now)
        return
    request = BenefitRequest(
        user_id=made.user_id,
        kind=occasion.kind,
        source=occasion.source,
        counterpart_id=occasion.counterpart_id,
        now=now,
    )
    assessment = assess(request)
    if assessment.verdict == Verdict.DENY:
        _void(made, str(assessment.reason), now=now)
    elif assessment.verdict == Verdict.FLAG:
        _hold(made, str(assessment.reason))
    else:
        _grant_or_hold(made, now=now)


def _grant_or_hold(made: Reward, *, now: dt.datetime) -> None:
    """Where a part cannot be given just now, such as a coupon that has run out, nothing is: an operator sees why."""
    try:
        with transaction.atomic():
            _grant(made, now=now)
    except Refusal as refusal:
        _hold(made, str(refusal))


def _hold(made: Reward, reason: str) -> None:
    made.note = reason[:LONGEST_NOTE]
    made.save(update_fields=["note"])


def _void(made: Reward, reason: str, *, actor_id: int | None = None, now: dt.datetime) -> None:
    note = reason[:LONGEST_NOTE]
    statemachine.move(made, RewardStatus.VOID, now=now, actor_id=actor_id, reason=note, note=note, decided_at=now)


def _grant(made: Reward, *, actor_id: int | None = None, now: dt.datetime) -> None:
    """Coupons, then points, then money. Raises the Refusal of whoever has no more to give."""
    for template in made.coupons.order_by("pk"):
        if not issue(template=template, user_ids=[made.user_id], source=made.source, now=now):
            raise CouponLimitReached(limit=template.per_person)
    if made.points:
        kind = POINTS_KINDS.get(RewardKind(made.kind), PointsKind.GIFT)
        award(user_id=made.user_id, kind=kind, amount=made.points, source=made.source, now=now)
    if made.cash_fen:
        rewards.pay(key=made.code, user_id=made.user_id, amount_fen=made.cash_fen, now=now)
    if made.points and made.payer_id:
        cost_fen = made.points * settings.POINTS_VALUE_FEN
        rewards.charge(key=made.code, merchant_id=made.payer_id, amount_fen=cost_fen, now=now)
    statemachine.move(made, RewardStatus.GRANTED, now=now, actor_id=actor_id, decided_at=now)
    events.publish(RewardGranted(reward_id=made.pk))
