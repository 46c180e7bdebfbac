"""F4, F5: money leaves the house once, to whom it belongs, when enough people have said yes."""

import datetime as dt
from typing import Any

import pytest
from django.test import override_settings

from accounts.states import StaffRole
from common.errors import InvalidField, NotFound, Refusal
from common.events import drain
from common.models import AuditEntry, Transition
from common.statemachine import StateChanged
from notifications.models import Message
from payments.errors import (
    ApprovedBefore,
    InvolvedOperator,
    NoSuchPayee,
    PurseNegative,
    PurseTooSmall,
    WithdrawalTooSmall,
)
from payments.models import LedgerTransaction, Withdrawal
from payments.purses import Owner
from payments.selectors.ledger import bookings_of, money_of_house, standing
from payments.selectors.payouts import in_purse, withdrawal_of
from payments.services import ledger
from payments.services.payouts import (
    approve,
    cancel_withdrawal,
    lift_hold,
    mark_failed,
    mark_paid,
    reject,
    request_withdrawal,
)
from payments.states import Purse, WithdrawalStatus
from payments.subjects import Subject
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user
from tests.factories.payments import NOON
from tests.factories.payouts import actor_of, fill_purse, make_payee, make_withdrawal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
LATER = NOON + dt.timedelta(minutes=5)


def _person(name: str = "Alice") -> Owner:
    return Owner(user=make_user(name=name))


def _shop() -> Owner:
    return Owner(merchant=make_merchant())


def _ask(owner: Owner, amount_fen: int, *, purse: Purse | None = None, payee: str = "", **changes: Any) -> Withdrawal:
    return request_withdrawal(
        owner=owner,
        purse=purse or owner.purses[0],
        payee_code=payee or make_payee(owner).code,
        amount_fen=amount_fen,
        actor_id=actor_of(owner),
        now=NOON,
    )


def _refused(refusal: type[Refusal], owner: Owner, amount_fen: int, **asked: Any) -> Refusal:
    before = LedgerTransaction.objects.count()
    with pytest.raises(refusal) as said:
        _ask(owner, amount_fen, **asked)
    assert not Withdrawal.objects.exists()
    assert LedgerTransaction.objects.count() == before
    return said.value


def _approve(withdrawal: Withdrawal, *operators: int) -> Withdrawal:
    for operator in operators or (make_operator("finance").pk,):
        withdrawal = approve(withdrawal=withdrawal, actor_id=operator, now=LATER)
    return withdrawal


def _way(withdrawal: Withdrawal) -> list[tuple[str, str, str, int]]:
    entries = bookings_of(Subject("withdrawal", withdrawal.number))
    return [
        (entry.transaction.key.partition(withdrawal.number)[2], entry.side, entry.account.kind, entry.amount_fen)
        for entry in entries
    ]


def test_a_shop_is_paid_what_it_earned() -> None:
    """F4: asked for, approved, paid with the bank's reference; every step in the books and on the timeline."""
    shop = _shop()
    fill_purse(shop, Purse.MERCHANT, 174_290)
    withdrawal = _ask(shop, 100_000)
    assert (withdrawal.status, withdrawal.number[0], withdrawal.approvals_needed) == ("requested", "W", 1)
    assert in_purse(shop, Purse.MERCHANT) == 74_290
    operator = make_operator("finance")
    _approve(withdrawal, operator.pk)
    mark_paid(withdrawal=withdrawal, actor_id=operator.pk, reference=" 20261120-0007 ", now=LATER)
    withdrawal.refresh_from_db()
    assert (withdrawal.status, withdrawal.bank_reference, withdrawal.ended_at) == ("paid", "20261120-0007", LATER)
    assert _way(withdrawal) == [
        ("", "D", "merchant_payable", 100_000),
        ("", "C", "payout_in_flight", 100_000),
        (":paid", "D", "payout_in_flight", 100_000),
        (":paid", "C", "bank", 100_000),
    ]
    assert (in_purse(shop, Purse.MERCHANT), standing(ledger.payout_in_flight())) == (74_290, 0)
    states = Transition.objects.filter(entity="payments.withdrawal").order_by("pk").values_list("to_state", flat=True)
    assert list(states) == ["requested", "approved", "paid"]
    acts = AuditEntry.objects.filter(subject=f"withdrawal:{withdrawal.number}").order_by("pk")
    assert list(acts.values_list("action", "detail")) == [
        ("withdrawal.request", {"amount_fen": 100_000}),
        ("withdrawal.approve", {"amount_fen": 100_000}),
        ("withdrawal.pay", {"amount_fen": 100_000}),
    ]


@pytest.mark.parametrize("purse", [Purse.BALANCE, Purse.COMMISSION])
def test_a_person_withdraws_from_either_purse_and_the_other_is_not_touched(purse: Purse) -> None:
    """F5: balance and commission are two purses."""
    leader = _person()
    for each in leader.purses:
        fill_purse(leader, each, 5_000)
    _ask(leader, 5_000, purse=purse)
    other = next(each for each in leader.purses if each != purse)
    assert (in_purse(leader, purse), in_purse(leader, other)) == (0, 5_000)


def test_the_walk_of_the_house_does_not_change_when_settled_money_is_taken_home() -> None:
    shop = _shop()
    before_fen = money_of_house().merchant_fen
    _approve(make_withdrawal(shop))
    assert money_of_house().merchant_fen == before_fen + 5_000


@override_settings(WITHDRAWAL_LEAST_FEN=100)
def test_what_cannot_be_withdrawn_is_refused_with_a_reason_and_moves_nothing() -> None:
    alice = _person()
    payee = make_payee(alice).code
    fill_purse(alice, Purse.BALANCE, 5_000)
    assert str(_refused(WithdrawalTooSmall, alice, 99, payee=payee)) == "一次至少提现 ¥1.00"
    assert str(_refused(PurseTooSmall, alice, 5_001, payee=payee)) == "最多可以提现 ¥50.00"
    assert _refused(PurseTooSmall, alice, 100, payee=payee, purse=Purse.COMMISSION).params["most_fen"] == 0
    assert _refused(InvalidField, alice, 100, payee=payee, purse=Purse.MERCHANT).params["field"] == "purse"
    _refused(NoSuchPayee, alice, 100, payee="0000000000")
    _refused(NoSuchPayee, alice, 100, payee=make_payee(_person("Bob")).code)
    assert in_purse(alice, Purse.BALANCE) == 5_000


def test_nothing_is_withdrawn_below_zero() -> None:
    """F4: what was taken back after it was paid out is covered by the next earnings first."""
    shop = _shop()
    fill_purse(shop, Purse.MERCHANT, -300)
    assert str(_refused(PurseNegative, shop, 100)) == "账户欠 ¥3.00，要等新的收入抵完才能提现"


def test_a_large_withdrawal_takes_two_different_people() -> None:
    """F5: at the limit one approval is not enough, and the same person is not two."""
    with override_settings(WITHDRAWAL_SECOND_APPROVAL_FEN=500_000):
        small, large = make_withdrawal(_shop(), amount_fen=499_999), make_withdrawal(_shop(), amount_fen=500_000)
    assert (small.approvals_needed, large.approvals_needed) == (1, 2)
    anna, bert = make_operator("finance").pk, make_operator("finance").pk
    assert _approve(large, anna).status == "requested"
    with pytest.raises(ApprovedBefore):
        _approve(large, anna)
    with pytest.raises(StateChanged):
        mark_paid(withdrawal=large, actor_id=anna, reference="1", now=LATER)
    assert _approve(large, bert).status == "approved"
    assert _approve(small, anna).status == "approved"
    assert mark_paid(withdrawal=large, actor_id=anna, reference="1", now=LATER).status == "paid"


def test_nobody_decides_about_their_own_money() -> None:
    """F5: an operator's own balance, or the withdrawal of a shop the operator works for."""
    oscar = make_operator("finance")
    merchant = make_merchant()
    make_staff(merchant, StaffRole.FINANCE, user=oscar)
    for withdrawal in (make_withdrawal(Owner(user=oscar)), make_withdrawal(Owner(merchant=merchant))):
        for decide in (
            lambda each=withdrawal: approve(withdrawal=each, actor_id=oscar.pk, now=LATER),
            lambda each=withdrawal: reject(withdrawal=each, actor_id=oscar.pk, note="不", now=LATER),
            lambda each=withdrawal: lift_hold(withdrawal=each, actor_id=oscar.pk, note="看过", now=LATER),
        ):
            with pytest.raises(InvolvedOperator):
                decide()
        approved = _approve(withdrawal)
        with pytest.raises(InvolvedOperator):
            mark_paid(withdrawal=approved, actor_id=oscar.pk, reference="1", now=LATER)
        with pytest.raises(InvolvedOperator):
            mark_failed(withdrawal=approved, actor_id=oscar.pk, note="不", now=LATER)
        withdrawal.refresh_from_db()
        assert withdrawal.status == "approved"


def test_whoever_thinks_better_of_it_has_the_money_back() -> None:
    alice = _person()
    withdrawal = make_withdrawal(alice)
    cancel_withdrawal(withdrawal=withdrawal, actor_id=actor_of(alice), now=LATER)
    withdrawal.refresh_from_db()
    assert (withdrawal.status, withdrawal.ended_at) == ("cancelled", LATER)
    assert in_purse(alice, Purse.BALANCE) == 5_000
    assert [line[0] for line in _way(withdrawal)] == ["", "", ":back", ":back"]
    with pytest.raises(StateChanged):
        cancel_withdrawal(withdrawal=withdrawal, actor_id=actor_of(alice), now=LATER)
    with pytest.raises(StateChanged):
        _approve(withdrawal)


def test_approved_money_is_not_taken_back_by_its_owner() -> None:
    alice = _person()
    withdrawal = _approve(make_withdrawal(alice))
    with pytest.raises(StateChanged):
        cancel_withdrawal(withdrawal=withdrawal, actor_id=actor_of(alice), now=LATER)
    assert in_purse(alice, Purse.BALANCE) == 0


def test_rejected_and_failed_money_is_back_and_its_owner_reads_why() -> None:
    """F5: by reversal, each told once."""
    alice, shop = _person(), _shop()
    refused, failed = make_withdrawal(alice), _approve(make_withdrawal(shop))
    anna = make_operator("finance").pk
    with pytest.raises(InvalidField):
        reject(withdrawal=refused, actor_id=anna, note=" ", now=LATER)
    reject(withdrawal=refused, actor_id=anna, note="户名不符", now=LATER)
    with pytest.raises(InvalidField):
        mark_failed(withdrawal=failed, actor_id=anna, note="", now=LATER)
    mark_failed(withdrawal=failed, actor_id=anna, note="银行退汇", now=LATER)
    with pytest.raises(StateChanged):
        mark_failed(withdrawal=failed, actor_id=anna, note="银行退汇", now=LATER)
    assert (in_purse(alice, Purse.BALANCE), in_purse(shop, Purse.MERCHANT)) == (5_000, 5_000)
    assert standing(ledger.payout_in_flight()) == 0
    drain(now=LATER)
    told = list(Message.objects.filter(kind__startswith="withdrawal").order_by("kind"))
    assert [(message.title, message.url) for message in told] == [
        ("提现 ¥50.00 没有打成", f"/backoffice/{shop.merchant.code}/money/withdrawals/"),  # type: ignore[union-attr]
        ("提现 ¥50.00 没有通过", "/me/wallet/withdraw/"),
    ]
    assert ["银行退汇" in told[0].body, "户名不符" in told[1].body] == [True, True]
    assert [message.recipient_id for message in told] == [actor_of(shop), actor_of(alice)]


def test_owners_are_told_that_their_money_is_on_its_way() -> None:
    """F5: the owner and whoever does the shop's accounts, without the account's number."""
    shop = _shop()
    accountant = make_staff(shop.merchant, StaffRole.FINANCE)  # type: ignore[arg-type]
    make_staff(shop.merchant, StaffRole.WAREHOUSE)  # type: ignore[arg-type]
    withdrawal = _approve(make_withdrawal(shop))
    mark_paid(withdrawal=withdrawal, actor_id=make_operator("finance").pk, reference="HB7", now=LATER)
    drain(now=LATER)
    told = list(Message.objects.filter(kind="withdrawal_paid").order_by("recipient_id"))
    assert {message.recipient_id for message in told} == {actor_of(shop), accountant.pk}
    assert told[0].title == "提现 ¥50.00 已打款"
    assert told[0].body == f"打到 招商银行 *7894，凭证号 HB7，提现单 {withdrawal.number}。"


def test_paying_needs_the_banks_reference_and_happens_once() -> None:
    withdrawal = _approve(make_withdrawal(_person()))
    anna = make_operator("finance").pk
    with pytest.raises(InvalidField) as refusal:
        mark_paid(withdrawal=withdrawal, actor_id=anna, reference="  ", now=LATER)
    assert refusal.value.params["field"] == "reference"
    mark_paid(withdrawal=withdrawal, actor_id=anna, reference="1", now=LATER)
    for again in (
        lambda: mark_paid(withdrawal=withdrawal, actor_id=anna, reference="2", now=LATER),
        lambda: mark_failed(withdrawal=withdrawal, actor_id=anna, note="退汇", now=LATER),
    ):
        with pytest.raises(StateChanged):
            again()
    withdrawal.refresh_from_db()
    assert (withdrawal.status, withdrawal.bank_reference) == ("paid", "1")
    assert standing(ledger.bank()) == -5_000


def test_nothing_is_approved_or_paid_from_a_purse_below_zero() -> None:
    """F4: a claw-back came while the money was in flight; it is not paid, and can be put back."""
    shop = _shop()
    waiting, approved = make_withdrawal(shop), _approve(make_withdrawal(shop))
    fill_purse(shop, Purse.MERCHANT, -300, now=LATER)
    anna = make_operator("finance").pk
    with pytest.raises(PurseNegative):
        _approve(waiting, anna)
    with pytest.raises(PurseNegative):
        mark_paid(withdrawal=approved, actor_id=anna, reference="1", now=LATER)
    approved.refresh_from_db()
    assert (approved.status, approved.bank_reference, waiting.approvals.count()) == ("approved", "", 0)
    mark_failed(withdrawal=approved, actor_id=anna, note="账户欠款", now=LATER)
    assert in_purse(shop, Purse.MERCHANT) == 4_700


def test_strangers_find_no_withdrawal_of_somebody_else() -> None:
    withdrawal = make_withdrawal(_person())
    for stranger in (_person("Bob"), _shop()):
        with pytest.raises(NotFound):
            withdrawal_of(stranger, withdrawal.number)
    assert WithdrawalStatus(withdrawal.status) == WithdrawalStatus.REQUESTED
