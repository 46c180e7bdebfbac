"""A5: what each role of a merchant's staff may do. Everybody on the staff may look; doing is for some."""

from accounts.states import StaffRole
from orders.states import HANDING_OVER

EVERYBODY = frozenset(StaffRole)
# Prices, products, campaigns, pick-up points.
SELLING = frozenset({StaffRole.OWNER, StaffRole.MANAGER})
# Money goes back to buyers.
REFUNDING = SELLING | {StaffRole.FINANCE}
# The numbers of the shop.
COUNTING = SELLING | {StaffRole.FINANCE}
# Goods come in, are made ready, handed over or delivered.
STOCKING = HANDING_OVER
