"""What marketing gives to orders and takes back.

A step of a promotion is no scarce thing: its claim writes down which order used it. The pieces of a gift are claimed
as pieces of its allotment, with the goods.
"""

import datetime as dt
from collections.abc import Sequence

from common.calls import SaidNo
from common.errors import Refusal
from marketing.errors import CouponTaken
from marketing.promoting import CLAIM as PROMOTION
from marketing.services import holding
from marketing.sources import CLAIM
from orders.contributions import Claim, ClaimKeeper, GivenBack, LockOrder, TakeInSql, claim_keepers


def _stay_known(given: Sequence[GivenBack], now: dt.datetime) -> None:
    """That a step was used stays known; whoever counts looks at what became of the order."""


def _refusal(said: SaidNo, claims: Sequence[Claim]) -> Refusal | None:
    return said.as_one_of(CouponTaken)


HOLD = TakeInSql("marketing_hold_coupons", _refusal)
USE = TakeInSql("marketing_use_promotions")
claim_keepers.register(CLAIM, ClaimKeeper(LockOrder.COUPON, HOLD, holding.give_back))
claim_keepers.register(PROMOTION, ClaimKeeper(LockOrder.PERSON, USE, _stay_known))
