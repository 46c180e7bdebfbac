"""What somebody may withdraw, to where, and what became of what they asked for."""

from django.db.models import Count, QuerySet

from common.errors import NotFound
from payments.errors import NoSuchPayee
from payments.models import LedgerAccount, Payee, Withdrawal
from payments.purses import ACCOUNT_OF, Owner
from payments.selectors.ledger import standing
from payments.states import Purse


def payees_of(owner: Owner) -> QuerySet[Payee]:
    """The accounts of this owner, newest first."""
    return Payee.objects.filter(**owner.columns, removed_at__isnull=True).order_by("-pk")


def payee_of(owner: Owner, code: str) -> Payee:
    """One of this owner's accounts. Raises NoSuchPayee for anybody else's."""
    payee = payees_of(owner).filter(code=code).first()
    if payee is None:
        raise NoSuchPayee(field="payee")
    return payee


def withdrawals_of(owner: Owner) -> QuerySet[Withdrawal]:
    """What this owner asked for, newest first, each with its account."""
    return Withdrawal.objects.filter(**owner.columns).select_related("payee", "merchant", "user").order_by("-pk")


def withdrawal_of(owner: Owner, number: str) -> Withdrawal:
    """One of this owner's withdrawals. Raises NotFound for anybody else's."""
    withdrawal = withdrawals_of(owner).filter(number=number).first()
    if withdrawal is None:
        raise NotFound
    return withdrawal


def in_purse(owner: Owner, purse: Purse) -> int:
    """What stands in a purse, in fen; less than nothing after a claw-back. Whoever takes from it looks under lock."""
    account = LedgerAccount.objects.filter(kind=ACCOUNT_OF[purse], gateway="", **owner.columns).first()
    return standing(account.pk) if account else 0


def with_approvals(withdrawals: QuerySet[Withdrawal]) -> QuerySet[Withdrawal]:
    """Each with the number of operators who have said yes as `approvals_given`."""
    return withdrawals.annotate(approvals_given=Count("approvals"))
