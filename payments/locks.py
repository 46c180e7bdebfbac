"""Which rows are locked, and in what order: payments come first in the house, refunds after their payment, then owners,
payees and withdrawals, accounts of the ledger last of all."""

from collections.abc import Iterable

from django.db.models import Subquery

from accounts.models import Merchant, User
from payments.models import LedgerAccount, Payee, Payment, Refund, Withdrawal
from payments.purses import Owner


def lock_payment(payment_id: int) -> Payment:
    """One payment with all others of its subject, in the order of their keys, held until the transaction ends.

    Money that comes for a thing concerns every payment of it: what its payer's balance pays, and what came before.
    """
    this = Payment.objects.filter(pk=payment_id)
    of_subject = Payment.objects.filter(
        subject_kind=Subquery(this.values("subject_kind")), subject_number=Subquery(this.values("subject_number"))
    )
    held = {payment.pk: payment for payment in of_subject.order_by("pk").select_for_update(of=("self",), no_key=True)}
    return held[payment_id]


def lock_payments(payment_ids: Iterable[int]) -> dict[int, Payment]:
    """Several payments by id, locked in the order of their keys."""
    wanted = Payment.objects.filter(pk__in=set(payment_ids)).order_by("pk")
    return {payment.pk: payment for payment in wanted.select_for_update(of=("self",), no_key=True)}


def lock_refunds(refund_ids: Iterable[int]) -> dict[int, Refund]:
    """Refunds by id, locked after the payments of their subjects, in the order of keys; they carry theirs along."""
    wanted = Refund.objects.filter(pk__in=list(refund_ids))
    subjects = wanted.order_by().values_list("payment__subject_kind", "payment__subject_number").distinct()
    kinds, numbers = zip(*subjects, strict=True)
    of_subjects = Payment.objects.filter(subject_kind__in=set(kinds), subject_number__in=numbers).order_by("pk")
    payments = {payment.pk: payment for payment in of_subjects.select_for_update(of=("self",), no_key=True)}
    refunds = {refund.pk: refund for refund in wanted.order_by("pk").select_for_update(of=("self",), no_key=True)}
    for refund in refunds.values():
        refund.payment = payments[refund.payment_id]
    return refunds


def lock_refund(refund_id: int) -> Refund:
    """One refund after its payment, which it carries with it."""
    return lock_refunds([refund_id])[refund_id]


def lock_owner(owner: Owner) -> None:
    """A merchant or a person whose accounts are counted; held until the transaction ends."""
    if owner.merchant:
        Merchant.objects.select_for_update(no_key=True).get(pk=owner.merchant.pk)
    elif owner.user:
        User.objects.select_for_update(no_key=True).get(pk=owner.user.pk)


def lock_payee(payee_id: int) -> Payee | None:
    """An account that money is paid to, held until the transaction ends; nothing when it was removed meanwhile."""
    kept = Payee.objects.filter(pk=payee_id, removed_at__isnull=True).select_related("merchant", "user")
    return kept.select_for_update(of=("self",), no_key=True).first()


def lock_withdrawal(withdrawal_id: int) -> Withdrawal:
    """One withdrawal with whose it is, held until the transaction ends."""
    wanted = Withdrawal.objects.select_related("payee", "merchant", "user")
    return wanted.select_for_update(of=("self",), no_key=True).get(pk=withdrawal_id)


def lock_account(account_id: int) -> LedgerAccount:
    """An account that somebody takes money from: what stands there stays true until the transaction ends."""
    return LedgerAccount.objects.select_for_update(of=("self",), no_key=True).get(pk=account_id)
