"""How payments tells orders, inside its transaction: the subject "order" is ours."""

import datetime as dt
from collections.abc import Sequence

from orders.contributions import on_paid
from orders.locks import SUBJECT
from orders.services.earning import grant_discounts
from orders.services.paying import apply_payment
from payments.models import Refund
from payments.subjects import SubjectOwner, owners


def _on_refunded(refunds: Sequence[Refund], now: dt.datetime) -> None:
    """Nothing of an order changes when its refund arrives: what it gives back was booked when it was requested."""


owners.register(SUBJECT, SubjectOwner(on_captured=apply_payment, on_refunded=_on_refunded))
on_paid.register("platform discounts", grant_discounts)
