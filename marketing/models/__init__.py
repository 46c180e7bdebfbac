from marketing.models.channel import ChannelArrival, ChannelCode, ChannelOrder
from marketing.models.code import CodeBatch, CouponCode
from marketing.models.coupon import Coupon, CouponHolder
from marketing.models.template import CouponScope, CouponTemplate

__all__ = [
    "ChannelArrival",
    "ChannelCode",
    "ChannelOrder",
    "CodeBatch",
    "Coupon",
    "CouponCode",
    "CouponHolder",
    "CouponScope",
    "CouponTemplate",
]
