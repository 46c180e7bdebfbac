from marketing.models.channel import ChannelArrival, ChannelCode, ChannelOrder
from marketing.models.code import CodeBatch, CouponCode
from marketing.models.coupon import Coupon, CouponHolder
from marketing.models.programme import ReferralProgramme, WelcomeProgramme, WelcomeSeen
from marketing.models.promotion import Promotion, PromotionGift, PromotionStep, PromotionUse
from marketing.models.reward import Reward
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
    "Promotion",
    "PromotionGift",
    "PromotionStep",
    "PromotionUse",
    "ReferralProgramme",
    "Reward",
    "WelcomeProgramme",
    "WelcomeSeen",
]
