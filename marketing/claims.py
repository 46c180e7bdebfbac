"""What marketing gives to orders and takes back.

A step of a promotion is no scarce thing: its claim writes down which order used it. The pieces of a gift are claimed
as pieces of its allotment, with the goods.
"""

from marketing.promoting import CLAIM as PROMOTION
from marketing.services import holding
from marketing.services.promotions import using
from marketing.sources import CLAIM
from orders.contributions import ClaimKeeper, LockOrder, claim_keepers

claim_keepers.register(CLAIM, ClaimKeeper(LockOrder.COUPON, holding.hold, holding.give_back))
claim_keepers.register(PROMOTION, ClaimKeeper(LockOrder.PERSON, using.write_down, using.stay_known))
