"""What operators see and do about coupons, promotions, programmes and rewards."""

from marketing.admin import coupons, programmes, promotions, rewards

__all__ = ["coupons", "programmes", "promotions", "rewards"]
