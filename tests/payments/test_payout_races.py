"""F4: many hands reach into one purse at the same moment, and two people decide at once."""

import datetime as dt
import threading
from collections import Counter
from typing import Any

import pytest

from common import invariants
from payments.errors import PurseTooSmall
from payments.models import LedgerAccount, Payee, Withdrawal
from payments.purses import Owner
from payments.selectors.ledger import standing
from payments.selectors.payouts import in_purse
from payments.services import ledger
from payments.services.payouts import approve, cancel_withdrawal, mark_paid, request_withdrawal, requesting
from payments.states import Purse, WithdrawalStatus
from tests.factories.accounts import make_operator, make_user
from tests.factories.payments import NOON
from tests.factories.payouts import actor_of, fill_purse, make_payee, make_withdrawal
from tests.parallel import Meeting
from tests.payments.threads import outcomes

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LATER = NOON + dt.timedelta(minutes=5)


def _alice_with(amount_fen: int) -> tuple[Owner, str]:
    alice = Owner(user=make_user(name="Alice"))
    fill_purse(alice, Purse.BALANCE, amount_fen)
    ledger.payout_in_flight()
    return alice, make_payee(alice).code


def _empty(owner: Owner, payee: str, amount_fen: int) -> Withdrawal:
    return request_withdrawal(
        owner=owner,
        purse=Purse.BALANCE,
        payee_code=payee,
        amount_fen=amount_fen,
        actor_id=actor_of(owner),
        now=NOON,
    )


def _broken() -> set[str]:
    found = {violation.invariant for violation in invariants.check_all(include_settled=False)}
    return {name for name in found if name.startswith(("money", "payout"))}


def test_twenty_withdrawals_of_the_whole_purse_are_one() -> None:
    """F4."""
    alice, payee = _alice_with(5_000)
    seen = Counter(type(outcome) for outcome in outcomes(20, lambda: _empty(alice, payee, 5_000)))
    assert seen == {Withdrawal: 1, PurseTooSmall: 19}
    assert (in_purse(alice, Purse.BALANCE), standing(ledger.payout_in_flight())) == (0, 5_000)
    assert _broken() == set()


def test_a_purse_gives_as_often_as_it_holds() -> None:
    """F4: eight want a third of it each, three get it."""
    alice, payee = _alice_with(3_050)
    seen = Counter(type(outcome) for outcome in outcomes(8, lambda: _empty(alice, payee, 1_000)))
    assert seen == {Withdrawal: 3, PurseTooSmall: 5}
    assert in_purse(alice, Purse.BALANCE) == 50
    assert _broken() == set()


@pytest.mark.counter_test
def test_without_the_lock_of_the_purse_it_is_overdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: everybody looks before anybody takes."""
    alice, payee = _alice_with(5_000)

    def look_without_locking(account_id: int) -> LedgerAccount:
        return LedgerAccount.objects.get(pk=account_id)

    monkeypatch.setattr(requesting, "lock_account", look_without_locking)
    monkeypatch.setattr(requesting, "lock_payee", _payee_without_locking)
    monkeypatch.setattr(requesting, "standing", Meeting(4).after(standing))
    seen = Counter(type(outcome) for outcome in outcomes(4, lambda: _empty(alice, payee, 5_000)))
    assert seen == {Withdrawal: 4}
    assert in_purse(alice, Purse.BALANCE) == -15_000
    assert _broken() == {"payout_balance_never_negative"}


def _payee_without_locking(payee_id: int) -> Payee:
    return Payee.objects.get(pk=payee_id)


def test_two_operators_approve_at_once_and_both_count() -> None:
    """F5: the second of them sees the first."""
    alice = Owner(user=make_user(name="Alice"))
    withdrawal = make_withdrawal(alice, amount_fen=500_000)
    operators = iter([make_operator("finance").pk, make_operator("finance").pk])
    mine = threading.Lock()

    def say_yes() -> str:
        with mine:
            operator = next(operators)
        return approve(withdrawal=withdrawal, actor_id=operator, now=LATER).status

    assert sorted(outcomes(2, say_yes)) == ["approved", "requested"]
    withdrawal.refresh_from_db()
    assert (withdrawal.status, withdrawal.approvals.count()) == (WithdrawalStatus.APPROVED, 2)


def test_one_withdrawal_ends_one_way() -> None:
    """F5: its owner takes it back while an operator approves: one of the two happens."""
    alice = Owner(user=make_user(name="Alice"))
    anna = make_operator("finance").pk
    withdrawal = make_withdrawal(alice)
    turn = iter(
        [
            lambda: approve(withdrawal=withdrawal, actor_id=anna, now=LATER),
            lambda: cancel_withdrawal(withdrawal=withdrawal, actor_id=actor_of(alice), now=LATER),
        ]
    )
    mine = threading.Lock()

    def decide() -> Any:
        with mine:
            act = next(turn)
        return act()

    seen = Counter(type(outcome).__name__ for outcome in outcomes(2, decide))
    assert seen == {"Withdrawal": 1, "StateChanged": 1}
    withdrawal.refresh_from_db()
    assert in_purse(alice, Purse.BALANCE) == (5_000 if withdrawal.status == "cancelled" else 0)
    assert _broken() == set()


def test_eight_clicks_pay_once() -> None:
    """F5: one row on the timeline, one booking out of the bank."""
    alice = Owner(user=make_user(name="Alice"))
    anna = make_operator("finance").pk
    withdrawal = approve(withdrawal=make_withdrawal(alice), actor_id=anna, now=LATER)

    def pay() -> Withdrawal:
        return mark_paid(withdrawal=withdrawal, actor_id=anna, reference="HB7", now=LATER)

    seen = Counter(type(outcome).__name__ for outcome in outcomes(8, pay))
    assert seen == {"Withdrawal": 1, "StateChanged": 7}
    assert standing(ledger.bank()) == -5_000
    assert _broken() == set()
