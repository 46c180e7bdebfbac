from payments.models.callback import Callback
from payments.models.commission import Commission
from payments.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from payments.models.pace import GatewayPace
from payments.models.payment import Payment
from payments.models.payout import Payee, Withdrawal, WithdrawalApproval
from payments.models.reconciliation import ReconciliationCase, ReconciliationLine, ReconciliationRun
from payments.models.refund import Refund

__all__ = [
    "Callback",
    "Commission",
    "GatewayPace",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Payee",
    "Payment",
    "ReconciliationCase",
    "ReconciliationLine",
    "ReconciliationRun",
    "Refund",
    "Withdrawal",
    "WithdrawalApproval",
]
