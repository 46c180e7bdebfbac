"""What people have with the platform, and what of it waits to pay for something."""

from payments.models import LedgerAccount, Payment
from payments.selectors.ledger import standing
from payments.states import AccountKind
from payments.subjects import Subject


def balance_of(user_id: int) -> int:
    """A person's balance, in fen. Whoever takes from it looks again under `locks.lock_account`."""
    account = LedgerAccount.objects.filter(kind=AccountKind.BALANCE, user=user_id).first()
    return standing(account.pk) if account else 0


def waiting_part(subject: Subject, *, instalment: int = 1) -> Payment | None:
    """What the payer's balance has paid towards an instalment whose rest has not come."""
    attempts = Payment.objects.for_subject(subject.kind, subject.number)
    return attempts.waiting_parts().filter(instalment=instalment).first()
