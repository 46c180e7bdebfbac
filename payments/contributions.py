"""What higher apps contribute to money: checks of a withdrawal. Payments names none of them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from common.assessments import Assessment
from common.registry import Registry
from payments.models import Payee
from payments.purses import Owner
from payments.states import Purse


@dataclass(frozen=True)
class PayoutRequest:
    """What somebody wants to be paid, from which purse, to where, and when they ask."""

    owner: Owner
    purse: Purse
    payee: Payee
    amount_fen: int
    now: dt.datetime


# Each reads and changes nothing, the purse locked; whatever one raises holds the withdrawal for a person.
PayoutCheck = Callable[[PayoutRequest], Assessment]
payout_checks: Registry[PayoutCheck] = Registry("payout check")
