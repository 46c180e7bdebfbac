"""G1: a shop's coupons: made, given out, watched, stopped."""
