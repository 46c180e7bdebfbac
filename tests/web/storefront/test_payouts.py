"""F5: a neighbour takes out a balance or a commission, to an account that is shown by its tail only."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from payments.models import Payee, Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.services.payouts import approve, mark_failed
from payments.states import Purse
from tests.factories.accounts import make_operator, make_user
from tests.factories.payouts import CARD, fill_purse, make_payee, make_withdrawal
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of

pytestmark = pytest.mark.django_db
WITHDRAW, PAYEES = "/me/wallet/withdraw/", "/me/wallet/payees/"
TYPED = {"kind": "bank", "holder": "王小果", "account": "6222 0212 3456 7894", "bank_name": "招商银行"}


def _rich(fen: int = 5_000) -> tuple[User, Owner, Payee]:
    alice = make_user(name="Alice")
    owner = Owner(user=alice)
    fill_purse(owner, Purse.BALANCE, fen)
    return alice, owner, make_payee(owner)


def _ask(browser: Client, payee: Payee, amount: str, *, key: str = "", purse: str = "balance") -> Any:
    typed = {"purse": purse, "amount_fen": amount, "payee": payee.code}
    return browser.post(WITHDRAW, typed | ({"idempotency_key": key} if key else {}), follow=True)


def test_a_neighbour_adds_a_card_and_reads_its_tail_ever_after() -> None:
    browser = browser_of(make_user())
    assert "先添加一个收款账户" in says(browser.get(WITHDRAW))
    page = browser.post(PAYEES, TYPED, follow=True)
    assert "招商银行 *7894" in says(page)
    assert "王**" in says(page)
    for secret in (CARD, "王小果", "3456"):
        assert secret not in text_of(page)
    assert Payee.objects.get().account == CARD


def test_a_mistyped_card_keeps_what_was_typed_and_says_what_to_do() -> None:
    browser = browser_of(make_user())
    page = browser.post(PAYEES, TYPED | {"account": "6222021234567895"})
    assert "对着银行卡再核对一遍" in says(page)
    assert 'value="6222021234567895"' in text_of(page)
    assert not Payee.objects.exists()
    assert "这里要填写" in says(browser.post(PAYEES, TYPED | {"bank_name": ""}))
    assert browser.post(PAYEES, TYPED | {"kind": "cash"}).status_code == 200
    assert not Payee.objects.exists()


def test_money_is_asked_for_in_yuan_and_followed_to_its_end() -> None:
    """F5."""
    alice, owner, payee = _rich()
    browser = browser_of(alice)
    page = browser.get(WITHDRAW)
    assert "余额 ¥50.00" in says(page)
    assert "佣金 ¥0.00" in says(page)
    page = _ask(browser, payee, "30.5", key=hidden(page, "idempotency_key"))
    assert "提现申请已提交" in says(page)
    assert "等平台审批" in says(page)
    assert in_purse(owner, Purse.BALANCE) == 1_950
    withdrawal = approve(withdrawal=Withdrawal.objects.get(), actor_id=make_operator().pk, now=timezone.now())
    assert "正在打款" in says(browser.get(WITHDRAW))
    mark_failed(withdrawal=withdrawal, actor_id=make_operator().pk, note="户名不符", now=timezone.now())
    assert "没有打成，钱已退回账户 ： 户名不符" in says(browser.get(WITHDRAW)).replace("账户：", "账户 ： ")


def test_a_form_sent_twice_takes_the_money_once() -> None:
    """F5, K1: a second click has the first one's answer."""
    alice, owner, payee = _rich()
    browser = browser_of(alice)
    key = hidden(browser.get(WITHDRAW), "idempotency_key")
    for _click in range(2):
        assert "提现申请已提交" in says(_ask(browser, payee, "20", key=key))
    assert (Withdrawal.objects.count(), in_purse(owner, Purse.BALANCE)) == (1, 3_000)
    assert "看清楚再提交" in says(_ask(browser, payee, "21", key=key))
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [("", "balance"), ("?purse=commission", "commission"), ("?purse=merchant", "balance")],
)
def test_a_leader_comes_from_the_commission_to_its_purse(asked: str, chosen: str) -> None:
    alice, _owner, _payee = _rich()
    page = text_of(browser_of(alice).get(f"{WITHDRAW}{asked}"))
    checked = [part.partition(">")[0] for part in page.split("<input") if "checked" in part.partition(">")[0]]
    assert [f'value="{chosen}"' in part for part in checked if 'name="purse"' in part] == [True]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount_fen": "50.01"}, "最多可以提现 ¥50.00"),
        ({"amount_fen": "0.99"}, "一次至少提现 ¥1.00"),
        ({"amount_fen": "10", "purse": "commission"}, "最多可以提现 ¥0.00"),
        ({"amount_fen": "10", "purse": "merchant"}, "选择一个有效的选项"),
        ({"amount_fen": "-5"}, "金额要写成数字"),
        ({"amount_fen": "1e3"}, "金额要写成数字"),
        ({"amount_fen": ""}, "写提多少"),
        ({"amount_fen": "10", "payee": ""}, "选一个收款账户"),
    ],
)
def test_what_cannot_be_had_is_said_at_its_field(typed: dict[str, str], said: str) -> None:
    alice, owner, payee = _rich()
    browser = browser_of(alice)
    page = browser.post(WITHDRAW, {"purse": "balance", "payee": payee.code} | typed)
    assert said in says(page)
    assert (Withdrawal.objects.count(), in_purse(owner, Purse.BALANCE)) == (0, 5_000)


def test_somebody_elses_account_and_withdrawal_are_not_there() -> None:
    """A5."""
    _alice, owner, payee = _rich()
    withdrawal = make_withdrawal(owner, now=timezone.now())
    bob = make_user(name="Bob")
    fill_purse(Owner(user=bob), Purse.BALANCE, 5_000)
    make_payee(Owner(user=bob))
    browser = browser_of(bob)
    assert "选一个收款账户" in says(_ask(browser, payee, "10"))
    assert browser.post(f"{WITHDRAW}{withdrawal.number}/cancel/").status_code == 404
    assert browser.post(f"{PAYEES}{payee.code}/remove/").status_code == 404
    assert withdrawal.number not in text_of(browser.get(WITHDRAW))
    withdrawal.refresh_from_db()
    payee.refresh_from_db()
    assert (withdrawal.status, payee.removed_at, Withdrawal.objects.count()) == ("requested", None, 1)
    assert Client().get(WITHDRAW).headers["Location"].startswith("/sign-in/")
    assert Client().get(PAYEES).headers["Location"].startswith("/sign-in/")


def test_it_is_taken_back_until_it_is_approved() -> None:
    alice, owner, _payee = _rich(1)
    first, second = make_withdrawal(owner, now=timezone.now()), make_withdrawal(owner, now=timezone.now())
    browser = browser_of(alice)
    assert browser.get(f"{WITHDRAW}{first.number}/cancel/").status_code == 405
    assert "已撤回，钱回到账户" in says(browser.post(f"{WITHDRAW}{first.number}/cancel/", follow=True))
    approve(withdrawal=second, actor_id=make_operator().pk, now=timezone.now())
    assert "状态已经变了" in says(browser.post(f"{WITHDRAW}{second.number}/cancel/", follow=True))
    assert f"{second.number}/cancel/" not in text_of(browser.get(WITHDRAW))
    assert in_purse(owner, Purse.BALANCE) == 5_001


def test_why_it_is_held_is_for_operators_only() -> None:
    """I4: whoever is being looked at does not read what gave them away."""
    alice = make_user()
    owner = Owner(user=alice)
    make_payee(owner, now=timezone.now() - dt.timedelta(minutes=1))
    make_withdrawal(owner, now=timezone.now())
    page = says(browser_of(alice).get(WITHDRAW))
    assert "核对中" in page
    assert "24 小时" not in page
    assert "风控" not in page


def test_an_account_in_use_stays_and_a_free_one_goes() -> None:
    alice, owner, payee = _rich()
    withdrawal = make_withdrawal(owner, now=timezone.now())
    browser = browser_of(alice)
    assert "还有提现要打到这个账户" in says(browser.post(f"{PAYEES}{payee.code}/remove/", follow=True))
    browser.post(f"{WITHDRAW}{withdrawal.number}/cancel/")
    assert "收款账户已移除" in says(browser.post(f"{PAYEES}{payee.code}/remove/", follow=True))
    assert browser.post(f"{PAYEES}{payee.code}/remove/").status_code == 404


def test_a_longer_list_asks_no_more() -> None:
    alice, owner, _payee = _rich()
    browser = browser_of(alice)
    make_withdrawal(owner, now=timezone.now())
    one = queries_of(browser, WITHDRAW)
    for _time in range(2):
        make_withdrawal(owner, now=timezone.now())
    assert queries_of(browser, WITHDRAW) == one
