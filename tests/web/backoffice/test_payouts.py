"""F4: a shop takes out what it has earned; its owner and whoever does its accounts, nobody else."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.merchants import suspend
from accounts.states import StaffRole
from payments.models import Payee, Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.services.payouts import approve, reject
from payments.states import Purse
from tests.factories.accounts import make_merchant, make_operator, make_staff, owner_of
from tests.factories.payouts import CARD, fill_purse, make_payee, make_withdrawal
from tests.web.backoffice.desks import Desk, words

pytestmark = pytest.mark.django_db
TYPED = {"kind": "bank", "holder": "杭州果园直发有限公司", "account": CARD, "bank_name": "招商银行"}
WITHDRAWALS, PAYEES = "money/withdrawals/", "money/payees/"


@pytest.fixture
def merchant() -> Merchant:
    found: Merchant = make_merchant("果园直发")
    return found


@pytest.fixture
def accounts_desk(merchant: Merchant) -> Desk:
    """Where the shop's accountant sits."""
    return Desk(make_staff(merchant, StaffRole.FINANCE), merchant)


def _earned(merchant: Merchant, fen: int) -> Owner:
    owner = Owner(merchant=merchant)
    fill_purse(owner, Purse.MERCHANT, fen)
    return owner


def test_an_accountant_adds_an_account_and_asks_for_the_money(merchant: Merchant, accounts_desk: Desk) -> None:
    """F4: in yuan, once for each form, to an account shown by its tail."""
    owner = _earned(merchant, 174_290)
    assert "先添加一个收款账户" in accounts_desk.read(WITHDRAWALS)
    accounts_desk.post(PAYEES, **TYPED)
    said = accounts_desk.read(PAYEES)
    assert "招商银行 *7894" in said
    assert "杭*********" in said
    assert CARD not in said
    assert TYPED["holder"] not in said
    Payee.objects.update(added_at=timezone.now() - dt.timedelta(days=2))
    assert "店铺货款 ¥1,742.90" in accounts_desk.read(WITHDRAWALS)
    typed = {"purse": "merchant", "amount_fen": "1,700", "payee": Payee.objects.get().code, "idempotency_key": "one"}
    for _click in range(2):
        accounts_desk.post(WITHDRAWALS, **typed)
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.amount_fen, withdrawal.status, withdrawal.requested_by) == (
        170_000,
        "requested",
        accounts_desk.person,
    )
    assert in_purse(owner, Purse.MERCHANT) == 4_290
    assert withdrawal.number in accounts_desk.read(WITHDRAWALS)
    assert withdrawal.number in accounts_desk.read(WITHDRAWALS, state="requested")
    assert "没有这样的提现" in accounts_desk.read(WITHDRAWALS, state="paid")


def test_more_than_there_is_keeps_what_was_typed(merchant: Merchant, accounts_desk: Desk) -> None:
    owner = _earned(merchant, 500)
    payee = make_payee(owner)
    answer = accounts_desk.post(WITHDRAWALS, purse="merchant", amount_fen="5.01", payee=payee.code)
    assert "最多可以提现 ¥5.00" in words(answer)
    assert 'value="5.01"' in words(answer)
    assert not Withdrawal.objects.exists()


def test_a_shop_in_debt_reads_why_it_withdraws_nothing(merchant: Merchant, accounts_desk: Desk) -> None:
    """F4: the next earnings cover what was clawed back."""
    owner = _earned(merchant, -1_250)
    payee = make_payee(owner)
    assert "店铺货款 −¥12.50" in accounts_desk.read(WITHDRAWALS)
    answer = accounts_desk.post(WITHDRAWALS, purse="merchant", amount_fen="1", payee=payee.code)
    assert "账户欠 ¥12.50，要等新的收入抵完才能提现" in words(answer)


def test_a_suspended_shop_reads_why(merchant: Merchant, accounts_desk: Desk) -> None:
    """I4."""
    owner = _earned(merchant, 5_000)
    payee = make_payee(owner)
    suspend(merchant=merchant, actor_id=make_operator().pk, note="执照过期", now=timezone.now())
    answer = accounts_desk.post(WITHDRAWALS, purse="merchant", amount_fen="10", payee=payee.code)
    assert "店铺已停用，暂时不能提现" in words(answer)
    assert not Withdrawal.objects.exists()


def test_a_shop_takes_it_back_or_reads_why_it_was_rejected(merchant: Merchant, accounts_desk: Desk) -> None:
    owner = Owner(merchant=merchant)
    mine, refused, approved = (make_withdrawal(owner, now=timezone.now()) for _time in range(3))
    assert accounts_desk.get(f"{WITHDRAWALS}{mine.number}/cancel/").status_code == 405
    accounts_desk.post(f"{WITHDRAWALS}{mine.number}/cancel/")
    mine.refresh_from_db()
    assert mine.status == "cancelled"
    reject(withdrawal=refused, actor_id=make_operator().pk, note="户名不符", now=timezone.now())
    assert "户名不符" in accounts_desk.read(WITHDRAWALS)
    approve(withdrawal=approved, actor_id=make_operator().pk, now=timezone.now())
    accounts_desk.post(f"{WITHDRAWALS}{approved.number}/cancel/")
    assert "状态已经变了" in accounts_desk.read(WITHDRAWALS)
    approved.refresh_from_db()
    assert approved.status == "approved"


def test_removing_an_account_asks_first(merchant: Merchant, accounts_desk: Desk) -> None:
    owner = Owner(merchant=merchant)
    payee = make_payee(owner)
    assert "移除 招商银行 *7894？" in accounts_desk.read(f"{PAYEES}{payee.code}/remove/")
    withdrawal = make_withdrawal(owner, now=timezone.now())
    assert "还有提现要打到这个账户" in words(accounts_desk.post(f"{PAYEES}{payee.code}/remove/"))
    accounts_desk.post(f"{WITHDRAWALS}{withdrawal.number}/cancel/")
    accounts_desk.post(f"{PAYEES}{payee.code}/remove/")
    payee.refresh_from_db()
    assert payee.removed_at is not None
    assert accounts_desk.get(f"{PAYEES}{payee.code}/remove/").status_code == 404


def test_another_shops_account_and_withdrawal_are_not_there(merchant: Merchant, accounts_desk: Desk) -> None:
    """A5."""
    _earned(merchant, 5_000)
    rival = Owner(merchant=make_merchant("对面果园"))
    theirs = make_withdrawal(rival, now=timezone.now())
    assert accounts_desk.post(f"{WITHDRAWALS}{theirs.number}/cancel/").status_code == 404
    assert accounts_desk.post(f"{PAYEES}{theirs.payee.code}/remove/").status_code == 404
    make_payee(Owner(merchant=merchant), account="6225880133334442")
    answer = accounts_desk.post(WITHDRAWALS, purse="merchant", amount_fen="10", payee=theirs.payee.code)
    assert "选一个收款账户" in words(answer)
    assert theirs.number not in accounts_desk.read(WITHDRAWALS)
    theirs.refresh_from_db()
    assert (theirs.status, Withdrawal.objects.count()) == ("requested", 1)


@pytest.mark.parametrize("role", [StaffRole.MANAGER, StaffRole.WAREHOUSE, StaffRole.SUPPORT])
def test_the_shops_money_is_not_everybodys_business(merchant: Merchant, role: StaffRole) -> None:
    """A5: neither looking nor asking; the owner may."""
    owner = _earned(merchant, 5_000)
    payee = make_payee(owner)
    desk = Desk(make_staff(merchant, role), merchant)
    for path in (WITHDRAWALS, PAYEES, f"{PAYEES}{payee.code}/remove/"):
        assert desk.get(path).status_code == 403
    assert desk.post(WITHDRAWALS, purse="merchant", amount_fen="10", payee=payee.code).status_code == 403
    assert not Withdrawal.objects.exists()
    assert "资金" in Desk(owner_of(merchant), merchant).read()
