"""What higher apps contribute to benefits: checks of what somebody is about to be given. Community names none."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from common.assessments import Assessment
from common.registry import Registry


@dataclass(frozen=True)
class BenefitRequest:
    """What somebody is about to be given: points, a coupon, cash for an invitation.

    `kind` says what for ("referral", "coupon_claim", "points_check_in", …), `source` names it within its kind, and
    `counterpart_id` is the other person where two are concerned.
    """

    user_id: int
    kind: str
    source: str
    now: dt.datetime
    counterpart_id: int | None = None


# Each reads and changes nothing.
BenefitCheck = Callable[[BenefitRequest], Assessment]
benefit_checks: Registry[BenefitCheck] = Registry("benefit check")
