"""Operators: money in, money back, money out, what gateways told, the books, and what does not agree with them."""

from payments.admin import callbacks, commissions, ledger, payments, reconciliation, refunds, withdrawals

__all__ = ["callbacks", "commissions", "ledger", "payments", "reconciliation", "refunds", "withdrawals"]
