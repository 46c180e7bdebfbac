"""I4: what is looked at before money leaves: flagged money is held for a person, denied money stays."""

import datetime as dt
import logging
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import translation

from accounts.services.merchants import suspend
from common.assessments import ALLOWED, Assessment, denied, flagged
from common.models import Transition
from common.statemachine import StateChanged
from payments.contributions import PayoutRequest, payout_checks
from payments.errors import PayoutDenied
from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.services.payouts import approve, cancel_withdrawal, lift_hold, request_withdrawal
from payments.states import Purse
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.payments import NOON
from tests.factories.payouts import actor_of, fill_purse, make_payee, make_withdrawal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
LATER = NOON + dt.timedelta(minutes=5)
Contribute = Callable[[str, Callable[[PayoutRequest], Assessment]], None]


@pytest.fixture
def contribute(monkeypatch: pytest.MonkeyPatch) -> Contribute:
    """What a higher app does in its checks.py."""

    def register(name: str, check: Callable[[PayoutRequest], Assessment]) -> None:
        monkeypatch.setitem(payout_checks._entries, name, check)

    return register


def _alice() -> Owner:
    return Owner(user=make_user(name="Alice"))


def _ask_again(owner: Owner, payee: str, *, now: dt.datetime = NOON) -> Withdrawal:
    return request_withdrawal(
        owner=owner,
        purse=owner.purses[0],
        payee_code=payee,
        amount_fen=100,
        actor_id=actor_of(owner),
        now=now,
    )


def test_nothing_unusual_waits_for_its_approval() -> None:
    withdrawal = make_withdrawal(_alice())
    assert (withdrawal.status, withdrawal.flags, withdrawal.approvals_needed) == ("requested", [], 1)


def test_a_new_account_is_held_for_a_day() -> None:
    """I4: whoever broke into an account adds a payee of their own and withdraws at once."""
    alice = _alice()
    payee = make_payee(alice, now=NOON - dt.timedelta(hours=23, minutes=59))
    fill_purse(alice, Purse.BALANCE, 200)
    held = _ask_again(alice, payee.code)
    assert (held.status, held.approvals_needed) == ("held", 2)
    assert held.flags == [{"check": "payee_is_new", "reason": "收款账户添加不到 24 小时"}]
    assert in_purse(alice, Purse.BALANCE) == 100
    assert _ask_again(alice, payee.code, now=NOON + dt.timedelta(minutes=1)).status == "requested"


def test_what_operators_read_is_in_their_language() -> None:
    alice = _alice()
    payee = make_payee(alice, now=NOON)
    fill_purse(alice, Purse.BALANCE, 100)
    with translation.override("en"):
        held = _ask_again(alice, payee.code)
    assert held.flags[0]["reason"] == "收款账户添加不到 24 小时"


def test_held_money_is_approved_by_nobody_until_somebody_has_looked() -> None:
    """I4, F5: lifting the hold says why, and a flagged withdrawal takes two."""
    alice = _alice()
    make_payee(alice, now=NOON - dt.timedelta(hours=1))
    held = make_withdrawal(alice)
    rita, anna, bert = (make_operator("risk").pk, make_operator("finance").pk, make_operator("finance").pk)
    with pytest.raises(StateChanged):
        approve(withdrawal=held, actor_id=anna, now=LATER)
    lift_hold(withdrawal=held, actor_id=rita, note="电话核对过本人", now=LATER)
    with pytest.raises(StateChanged):
        lift_hold(withdrawal=held, actor_id=rita, note="再来", now=LATER)
    assert approve(withdrawal=held, actor_id=anna, now=LATER).status == "requested"
    assert approve(withdrawal=held, actor_id=bert, now=LATER).status == "approved"
    step = Transition.objects.get(entity="payments.withdrawal", from_state="held")
    assert (step.actor_id, step.reason) == (rita, "电话核对过本人")


def test_held_money_may_be_taken_back_by_its_owner() -> None:
    alice = _alice()
    make_payee(alice, now=NOON)
    held = make_withdrawal(alice)
    assert cancel_withdrawal(withdrawal=held, actor_id=actor_of(alice), now=LATER).status == "cancelled"
    assert in_purse(alice, Purse.BALANCE) == 5_000


def test_a_suspended_shop_withdraws_nothing_and_reads_why() -> None:
    """I4."""
    merchant = make_merchant()
    shop = Owner(merchant=merchant)
    waiting = make_withdrawal(shop)
    payee = make_payee(shop, account="6225880133334442")
    fill_purse(shop, Purse.MERCHANT, 100)
    suspend(merchant=merchant, actor_id=make_operator().pk, note="执照过期", now=NOON)
    with pytest.raises(PayoutDenied) as refusal:
        _ask_again(shop, payee.code)
    assert str(refusal.value) == "店铺已停用，暂时不能提现，请联系平台客服"
    assert (Withdrawal.objects.count(), in_purse(shop, Purse.MERCHANT)) == (1, 100)
    with pytest.raises(PayoutDenied):
        approve(withdrawal=waiting, actor_id=make_operator("finance").pk, now=LATER)
    assert not waiting.approvals.exists()


def test_the_fourth_within_a_day_is_looked_at() -> None:
    """I4: whatever became of the others; another person's do not count."""
    alice = _alice()
    payee = make_payee(alice).code
    fill_purse(alice, Purse.BALANCE, 500)
    bob = Owner(user=make_user(name="Bob"))
    make_withdrawal(bob)
    first = [_ask_again(alice, payee) for _time in range(3)]
    cancel_withdrawal(withdrawal=first[0], actor_id=actor_of(alice), now=NOON)
    fourth = _ask_again(alice, payee, now=LATER)
    assert [withdrawal.status for withdrawal in first[1:]] == ["requested", "requested"]
    assert fourth.flags == [{"check": "asked_often", "reason": "24 小时内已经申请过 3 次提现"}]
    assert _ask_again(alice, payee, now=NOON + dt.timedelta(hours=25)).status == "requested"


def test_another_app_has_its_say(contribute: Contribute) -> None:
    """I4: flags add up, a denial wins, and each check gets what was asked for."""
    seen: list[tuple[int, str]] = []

    def look(request: PayoutRequest) -> Assessment:
        seen.append((request.amount_fen, str(request.purse)))
        return flagged("有未结的风险案件")

    contribute("open_case", look)
    contribute("second_look", lambda _request: flagged("同一设备"))
    contribute("fine", lambda _request: ALLOWED)
    alice = _alice()
    held = make_withdrawal(alice)
    assert seen == [(5_000, "balance")]
    assert held.flags == [
        {"check": "open_case", "reason": "有未结的风险案件"},
        {"check": "second_look", "reason": "同一设备"},
    ]
    contribute("frozen", lambda _request: denied("账户被冻结"))
    with pytest.raises(PayoutDenied, match="账户被冻结"):
        make_withdrawal(alice)
    assert Withdrawal.objects.count() == 1


def _raise(_request: PayoutRequest) -> Assessment:
    raise LookupError("no such table of risks")


def _break_the_transaction(_request: PayoutRequest) -> Assessment:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM risk_nowhere")
    return ALLOWED


@pytest.mark.parametrize("broken", [_raise, _break_the_transaction])
def test_a_check_that_breaks_down_lets_nothing_pass(
    contribute: Contribute, caplog: pytest.LogCaptureFixture, broken: Callable[[PayoutRequest], Assessment]
) -> None:
    """I4: never paid unchecked; the fault is in the log and the money waits for a person."""
    contribute("broken", broken)
    with caplog.at_level(logging.ERROR):
        held = make_withdrawal(_alice())
    assert (held.status, held.approvals_needed) == ("held", 2)
    assert held.flags == [{"check": "broken", "reason": "检查没有跑成，人工核对以后再放行"}]
    assert [record.check for record in caplog.records if hasattr(record, "check")] == ["broken"]


def test_every_check_of_the_house_reads_only() -> None:
    """I4: none of them writes; asked twice they say the same."""
    alice = _alice()
    payee = make_payee(alice)
    request = PayoutRequest(owner=alice, purse=Purse.BALANCE, payee=payee, amount_fen=100, now=NOON)
    assert {name for name, _check in payout_checks.items()} >= {
        "payee_is_new",
        "merchant_is_suspended",
        "asked_often",
    }
    with connection.execute_wrapper(_reads_only):
        assert [check(request) for check in payout_checks] == [ALLOWED for _check in payout_checks]


def _reads_only(execute: Callable, sql: str, params: object, many: bool, context: object) -> object:
    assert sql.lstrip().upper().startswith("SELECT"), sql
    return execute(sql, params, many, context)
