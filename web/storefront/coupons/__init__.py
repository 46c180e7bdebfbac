"""Coupons: the coupon centre, codes that are typed in, one's own."""
