"""The detectors, one small module each; importing this registers all of them."""

from risk.detectors import (
    coupon_farming,
    referral_ring,
    self_referral,
    shared_address,
    shared_device,
    tier_lift,
    unpaid_orders,
    velocity,
)
from risk.detectors.base import methods

__all__ = [
    "coupon_farming",
    "methods",
    "referral_ring",
    "self_referral",
    "shared_address",
    "shared_device",
    "tier_lift",
    "unpaid_orders",
    "velocity",
]
