"""Benefits: coupons, promotions, referral."""
