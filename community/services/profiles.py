"""H7: whoever looks at a person is written down."""

from django.db import transaction

from accounts.models import Merchant
from common import audit
from community.selectors.customers import Profile, customer_of, profile_of


@transaction.atomic
def look_at(*, merchant: Merchant, code: str, actor_id: int) -> Profile:
    """What a merchant may know of one of its customers. Raises NoSuchCustomer."""
    profile = profile_of(customer_of(merchant, code))
    audit.record(actor_id=actor_id, action="customer.look", subject=f"user:{code}", merchant=merchant.code)
    return profile
