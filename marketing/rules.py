"""The price rules of marketing, and what they read beforehand."""

from marketing.coupon_rule import coupon, freight_coupon
from marketing.promoting import FACTS as PROMOTIONS
from marketing.promotion_rule import promotion
from marketing.selectors.facts import coupon_facts
from marketing.selectors.promotion_facts import promotion_facts
from marketing.sources import COUPON, FACTS, FREIGHT_COUPON
from orders.contributions import facts_readers, price_rules

facts_readers.register(FACTS, coupon_facts)
facts_readers.register(PROMOTIONS, promotion_facts)
price_rules.register("promotion", promotion)
price_rules.register(COUPON, coupon)
price_rules.register(FREIGHT_COUPON, freight_coupon)
