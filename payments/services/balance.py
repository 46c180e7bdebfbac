"""The balance pays: a part of an instalment beside a gateway, or all of it.

What it pays is a payment of its own, captured at once. A part is applied together with the rest, when that has come at
the gateway; until then it waits, and goes back when the rest does not come or is paid otherwise.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from common import statemachine
from payments.errors import NotEnoughBalance, PaymentInProgress
from payments.locks import lock_account
from payments.models import Payment
from payments.selectors.balance import waiting_part
from payments.selectors.ledger import standing
from payments.services import ledger
from payments.services.capturing import apply_captured
from payments.services.refunding import RefundRequest, request_refunds
from payments.states import BALANCE, PaymentStatus, RefundKind
from payments.subjects import NotWanted, Subject, subject_of


@transaction.atomic
def spend(
    *,
    subject: Subject,
    instalment: int = 1,
    payer_id: int,
    merchant_id: int,
    amount_fen: int,
    whole: bool,
    title: str,
    expires_at: dt.datetime,
    now: dt.datetime,
) -> Payment:
    """Take so much of an instalment from its payer's balance; with `whole` it is all of it, and applied at once.

    The subject and its payments are locked by the caller, and no other part waits. The balance is locked last, and
    looked at then. Raises NotEnoughBalance; with `whole` also PaymentInProgress while a gateway has no result yet, and
    NotWanted.
    """
    if whole and Payment.objects.for_subject(subject.kind, subject.number).pending().exists():
        raise PaymentInProgress
    part = Payment.objects.create(
        subject_kind=subject.kind,
        subject_number=subject.number,
        instalment=instalment,
        payer_id=payer_id,
        merchant_id=merchant_id,
        gateway=BALANCE,
        amount_fen=amount_fen,
        title=title[:120],
        status=PaymentStatus.CAPTURED,
        created_at=now,
        expires_at=expires_at,
        captured_at=now,
    )
    statemachine.begin(part, now=now, actor_id=payer_id)
    if whole:
        apply_captured(part, now=now)
    _take(part, now=now)
    return part


def join_part(payment: Payment, *, payable_fen: int, now: dt.datetime) -> None:
    """See to it that captured money, with the part that waits beside it, is all that is payable.

    The part is applied with it, or goes back when the payment is enough without it: the payer had begun to pay all of
    it elsewhere. Raises NotWanted when it does not add up. For the owner of the subject, while the money is captured.
    """
    part = waiting_part(subject_of(payment), instalment=payment.instalment)
    beside = None if part == payment else part
    if payment.amount_fen == payable_fen:
        if beside is not None:
            give_back(beside, reason=gettext_noop("已经用别的方式付清"), now=now)
    elif beside is not None and payment.amount_fen + beside.amount_fen == payable_fen:
        Payment.objects.filter(pk=beside.pk).update(applied=True)
    else:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("到账的金额和应付的不一样"))


def give_back(part: Payment, *, reason: str, now: dt.datetime) -> None:
    """Return a part that waits to the balance it came from; its subject's payments are locked by the caller."""
    wanted = RefundRequest(payment_id=part.pk, kind=RefundKind.UNPAID, amount_fen=part.amount_fen, reason=reason)
    request_refunds(wanted=[wanted], now=now)


def _take(part: Payment, *, now: dt.datetime) -> None:
    account_id, escrow_id = ledger.balance(part.payer_id), ledger.escrow(part.merchant_id)
    lock_account(account_id)
    left_fen = standing(account_id)
    if left_fen < part.amount_fen:
        raise NotEnoughBalance(left_fen=left_fen)
    booking = ledger.Booking(
        key=f"capture:{part.number}",
        subject=subject_of(part),
        lines=(
            ledger.debit(account_id, part.amount_fen),
            ledger.credit(escrow_id, part.amount_fen),
        ),
        merchant_id=part.merchant_id,
        payment_id=part.pk,
    )
    ledger.post([booking], now=now)
