"""What a paid order does to marketing's things, in the transaction that captures the money.

The rows are the order's own since it was placed, so that taking them after the counters makes nobody wait.
"""

from marketing.services.holding import use
from orders.contributions import on_paid

on_paid.register("coupons are used", use)
