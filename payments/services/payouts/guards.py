"""What every decision about a withdrawal has in common."""

from accounts.names import clean_name
from accounts.selectors.staff import works_for
from common import audit
from common.money import format_yuan
from payments.errors import InvolvedOperator, PurseNegative
from payments.locks import lock_account
from payments.models import Withdrawal
from payments.purses import owner_of
from payments.selectors.ledger import standing
from payments.services.payouts.books import purse_account
from payments.states import Purse

LONGEST_NOTE = 200


def refuse_involved(withdrawal: Withdrawal, actor_id: int) -> None:
    """Keep out whoever asked for the money, and everybody who works for the shop that gets it."""
    asked = actor_id in (withdrawal.requested_by_id, withdrawal.user_id)
    if asked or (withdrawal.merchant_id and works_for(actor_id, withdrawal.merchant_id)):
        raise InvolvedOperator


def refuse_overdrawn(withdrawal: Withdrawal) -> None:
    """Nothing is paid while its purse stands below zero; the purse is held until the transaction ends."""
    account_id = purse_account(owner_of(withdrawal), Purse(withdrawal.purse))
    lock_account(account_id)
    stands_fen = standing(account_id)
    if stands_fen < 0:
        raise PurseNegative(owed=format_yuan(-stands_fen), owed_fen=-stands_fen)


def clean_note(note: str) -> str:
    """Words on one line. Raises InvalidField when there are none."""
    return clean_name(note, field="note", longest=LONGEST_NOTE, required=True)


def note_act(withdrawal: Withdrawal, *, action: str, actor_id: int) -> None:
    """Who did what, for whoever asks later."""
    subject = f"withdrawal:{withdrawal.number}"
    audit.record(actor_id=actor_id, action=action, subject=subject, amount_fen=withdrawal.amount_fen)
