"""The kernel: quotes, orders, claims, holds, pick-up points. It knows no campaign and no coupon."""
