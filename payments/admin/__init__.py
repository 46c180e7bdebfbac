"""Operators: money in, money back, money out, what gateways told, and the books."""

from payments.admin import callbacks, ledger, payments, refunds, withdrawals

__all__ = ["callbacks", "ledger", "payments", "refunds", "withdrawals"]
