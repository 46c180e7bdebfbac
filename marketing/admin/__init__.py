"""What operators see and do about channel codes, coupons, promotions, programmes and rewards."""

from marketing.admin import channels, coupons, programmes, promotions, rewards

__all__ = ["channels", "coupons", "programmes", "promotions", "rewards"]
