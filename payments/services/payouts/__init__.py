"""Money that leaves the house for its owner: asked for, looked at, approved, paid by hand."""

from payments.services.payouts.deciding import approve, lift_hold, reject
from payments.services.payouts.paying import mark_failed, mark_paid
from payments.services.payouts.requesting import cancel_withdrawal, request_withdrawal

__all__ = [
    "approve",
    "cancel_withdrawal",
    "lift_hold",
    "mark_failed",
    "mark_paid",
    "reject",
    "request_withdrawal",
]
