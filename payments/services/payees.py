"""Where money is paid out to: added and removed, never changed, so that a withdrawal keeps the account it names."""

import datetime as dt

from django.db import transaction

from common import audit, events
from payments.errors import KnownPayee, NoSuchPayee, PayeeInUse, TooManyPayees
from payments.events import PayeeAdded
from payments.locks import lock_owner, lock_payee
from payments.models import Payee
from payments.payee_details import PayeeDetails, clean_details, tail_of
from payments.purses import Owner, owner_of
from payments.selectors.payouts import payees_of
from payments.states import WAITING_WITHDRAWALS

MOST_PAYEES = 10


def add_payee(*, owner: Owner, details: PayeeDetails, actor_id: int, now: dt.datetime) -> Payee:
    """One more account of this owner. Raises InvalidField, TooManyPayees and KnownPayee."""
    cleaned = clean_details(details)
    with transaction.atomic():
        lock_owner(owner)
        _check_room(list(payees_of(owner)), cleaned)
        payee = Payee.objects.create(
            **owner.columns,
            kind=cleaned.kind,
            holder=cleaned.holder,
            account=cleaned.account,
            account_tail=tail_of(cleaned.account),
            bank_name=cleaned.bank_name,
            added_at=now,
        )
        audit.record(
            actor_id=actor_id, action="payee.add", subject=f"payee:{payee.code}", owner=str(owner), kind=payee.kind
        )
        events.publish(PayeeAdded(payee_id=payee.pk))
    return payee


@transaction.atomic
def remove_payee(*, payee: Payee, actor_id: int, now: dt.datetime) -> None:
    """Pay nothing to it any more. Raises NoSuchPayee, and PayeeInUse while a withdrawal waits to be paid to it."""
    locked = lock_payee(payee.pk)
    if locked is None:
        raise NoSuchPayee
    if locked.withdrawals.filter(status__in=WAITING_WITHDRAWALS).exists():
        raise PayeeInUse
    locked.removed_at = now
    locked.save(update_fields=["removed_at"])
    audit.record(actor_id=actor_id, action="payee.remove", subject=f"payee:{locked.code}", owner=str(owner_of(locked)))


def _check_room(kept: list[Payee], wanted: PayeeDetails) -> None:
    if len(kept) >= MOST_PAYEES:
        raise TooManyPayees(limit=MOST_PAYEES)
    if any((payee.kind, payee.account) == (wanted.kind, wanted.account) for payee in kept):
        raise KnownPayee(field="account")
