"""What marketing gives to orders and takes back."""

from marketing.services import holding
from marketing.sources import CLAIM
from orders.contributions import ClaimKeeper, LockOrder, claim_keepers

claim_keepers.register(CLAIM, ClaimKeeper(LockOrder.COUPON, holding.hold, holding.give_back))
