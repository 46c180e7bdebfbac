"""What somebody plans a coupon to be, before it is one."""

import datetime as dt
from dataclasses import dataclass

from marketing.states import CouponKind


@dataclass(frozen=True)
class ScopePlan:
    """One thing a coupon is tied to; `kind` is a ScopeKind."""

    kind: str
    key: str = ""


@dataclass(frozen=True)
class CouponPlan:
    """Everything about a coupon; the fields are those of `CouponTemplate`."""

    name: str
    opens_at: dt.datetime
    kind: str = CouponKind.THRESHOLD
    amount_fen: int = 0
    rate_bp: int = 0
    cap_fen: int | None = None
    threshold_fen: int = 0
    total: int | None = None
    per_person: int = 1
    claimable: bool = False
    closes_at: dt.datetime | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    valid_days: int | None = None
    stacks: bool = True
    returns_on_refund: bool = True
    scopes: tuple[ScopePlan, ...] = ()
