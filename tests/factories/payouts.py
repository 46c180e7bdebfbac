"""Purses with money in them, accounts to pay it to, and withdrawals on their way."""

import datetime as dt
import itertools

from accounts.models import User
from common import statemachine
from payments.models import Commission, Payee, Withdrawal
from payments.payee_details import PayeeDetails
from payments.purses import Owner
from payments.selectors.payouts import payees_of
from payments.services import ledger
from payments.services.payees import add_payee
from payments.services.payouts import request_withdrawal
from payments.services.payouts.books import purse_account
from payments.states import CommissionRole, CommissionStatus, PayeeKind, Purse
from payments.subjects import Subject
from tests.factories.payments import NOON, make_merchant, make_payer

CARD = "6222021234567894"
LONG_AGO = NOON - dt.timedelta(days=30)
_numbers = itertools.count(1)


def fill_purse(owner: Owner, purse: Purse, amount_fen: int, *, now: dt.datetime = LONG_AGO) -> int:
    """Money earned with one order, or with a minus sign taken back; returns the account's id."""
    account_id = purse_account(owner, purse)
    subject = Subject("ticket", f"EARNED{next(_numbers)}")
    grow, shrink = (account_id, ledger.subsidy()) if amount_fen > 0 else (ledger.subsidy(), account_id)
    lines = (ledger.debit(shrink, abs(amount_fen)), ledger.credit(grow, abs(amount_fen)))
    ledger.post([ledger.Booking(f"test:{subject.number}", subject, lines)], now=now)
    if purse == Purse.COMMISSION and owner.user:
        _note_commission(owner.user, subject, amount_fen, now=now)
    return account_id


def give_balance(person: User, amount_fen: int) -> None:
    """So much more in somebody's balance."""
    fill_purse(Owner(user=person), Purse.BALANCE, amount_fen)


def make_payee(owner: Owner, *, account: str = CARD, now: dt.datetime = LONG_AGO) -> Payee:
    """A bank card of the owner's, known for a month."""
    details = PayeeDetails(kind=PayeeKind.BANK, holder="王小果", account=account, bank_name="招商银行")
    return add_payee(owner=owner, details=details, actor_id=actor_of(owner), now=now)


def make_withdrawal(
    owner: Owner, *, purse: Purse | None = None, amount_fen: int = 5_000, now: dt.datetime = NOON
) -> Withdrawal:
    """What the owner asks for out of a purse that holds exactly as much."""
    purse = purse or owner.purses[0]
    payee = payees_of(owner).first() or make_payee(owner)
    fill_purse(owner, purse, amount_fen)
    return request_withdrawal(
        owner=owner,
        purse=purse,
        payee_code=payee.code,
        amount_fen=amount_fen,
        actor_id=actor_of(owner),
        now=now,
    )


def _note_commission(leader: User, subject: Subject, amount_fen: int, *, now: dt.datetime) -> None:
    """What the leader earned it with, from a neighbour who bought ten times as much."""
    commission = Commission.objects.create(
        subject_kind=subject.kind,
        subject_number=subject.number,
        merchant=make_merchant(),
        payer=make_payer("Bob"),
        beneficiary=leader,
        role=CommissionRole.LEADER,
        rate_bp=1_000,
        base_fen=amount_fen * 10,
        amount_fen=amount_fen,
        accrued_at=now,
    )
    statemachine.begin(commission, now=now)
    statemachine.move(commission, CommissionStatus.RELEASED, now=now, released_at=now)


def actor_of(owner: Owner) -> int:
    """Who acts for the owner: the person, or the merchant's first owner."""
    if owner.user:
        return owner.user.pk
    assert owner.merchant is not None
    return owner.merchant.staff.order_by("pk")[0].user_id
