"""Operators: money in, money back, what gateways told, and the books."""

from payments.admin import callbacks, ledger, payments, refunds

__all__ = ["callbacks", "ledger", "payments", "refunds"]
