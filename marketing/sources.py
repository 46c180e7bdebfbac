"""What marketing reads for a quote, and what its coupons are called there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketing.pricing import HeldCoupon, Situation

# The rules, which are also the codes of their lines and the names of the buyer's choices.
COUPON = "coupon"
FREIGHT_COUPON = "freight_coupon"
# The kind of their claims.
CLAIM = "coupon"
# The choice of a buyer who wants none.
NONE = "none"
# Where the facts lie in a basket.
FACTS = "coupons"
# The line of a promotion that takes something off.
PROMOTION = "promotion"


@dataclass(frozen=True)
class CouponFacts:
    """The coupons that may be talked about, who asks, and what the goods are, by SKU."""

    coupons: tuple[HeldCoupon, ...]
    situation: Situation
    labels: Mapping[int, frozenset[tuple[str, str]]] = field(default_factory=dict)
