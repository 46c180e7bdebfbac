"""Which rows are locked, and in what order: payments come first in the house, refunds after their payment, accounts
of the ledger last of all."""

from collections.abc import Iterable

from payments.models import LedgerAccount, Payment, Refund


def lock_payment(payment_id: int) -> Payment:
    """One payment, held until the transaction ends."""
    return Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)


def lock_payments(payment_ids: Iterable[int]) -> dict[int, Payment]:
    """Several payments by id, locked in the order of their keys."""
    wanted = Payment.objects.filter(pk__in=set(payment_ids)).order_by("pk")
    return {payment.pk: payment for payment in wanted.select_for_update(of=("self",), no_key=True)}


def lock_refund(refund_id: int) -> Refund:
    """One refund after its payment, which it carries with it."""
    payment = lock_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=refund_id)
    refund.payment = payment
    return refund


def lock_account(account_id: int) -> LedgerAccount:
    """An account that somebody takes money from: what stands there stays true until the transaction ends."""
    return LedgerAccount.objects.select_for_update(of=("self",), no_key=True).get(pk=account_id)
