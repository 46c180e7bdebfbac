"""What higher apps contribute to money: checks of a withdrawal. Payments names none of them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from common.registry import Registry
from payments.models import Payee
from payments.purses import Owner
from payments.states import Purse


class Verdict(StrEnum):
    """What a check says of a withdrawal: let it go its way, let a person look first, or no."""

    ALLOW = "allow"
    FLAG = "flag"
    DENY = "deny"


@dataclass(frozen=True)
class Assessment:
    """A verdict and why. Operators read why something was flagged, its owner reads why it was denied."""

    verdict: Verdict
    reason: str | Promise = ""


ALLOWED = Assessment(Verdict.ALLOW)


def flagged(reason: str | Promise) -> Assessment:
    """Hold it until an operator has looked."""
    return Assessment(Verdict.FLAG, reason)


def denied(reason: str | Promise) -> Assessment:
    """It must not be made at all."""
    return Assessment(Verdict.DENY, reason)


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
