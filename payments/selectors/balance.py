"""What people have with the platform, how it came and went, and what of it waits to pay for something."""

from django.db.models import QuerySet

from accounts.models import User
from payments.models import LedgerEntry, Payment
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.states import AccountKind, Purse
from payments.subjects import Subject


def balance_of(user: User) -> int:
    """A person's balance, in fen. Whoever takes from it looks again under `locks.lock_account`."""
    return in_purse(Owner(user=user), Purse.BALANCE)


def movements_of(user: User) -> QuerySet[LedgerEntry]:
    """What came into a person's balance and what went out, newest first, each with what was booked and why."""
    mine = LedgerEntry.objects.filter(account__kind=AccountKind.BALANCE, account__user=user)
    return mine.select_related("transaction__refund", "transaction__payment").order_by("-pk")


def waiting_part(subject: Subject, *, instalment: int = 1) -> Payment | None:
    """What the payer's balance has paid towards an instalment whose rest has not come."""
    attempts = Payment.objects.for_subject(subject.kind, subject.number)
    return attempts.waiting_parts().filter(instalment=instalment).first()
