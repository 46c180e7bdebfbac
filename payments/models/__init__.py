from payments.models.callback import Callback
from payments.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from payments.models.payment import Payment
from payments.models.refund import Refund

__all__ = ["Callback", "LedgerAccount", "LedgerEntry", "LedgerTransaction", "Payment", "Refund"]
