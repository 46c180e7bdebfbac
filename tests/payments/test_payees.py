"""F5: where money is paid out to; encrypted, masked, written down."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from accounts.states import StaffRole
from common.errors import InvalidField
from common.events import drain
from common.models import AuditEntry
from notifications.models import Message
from payments.errors import KnownPayee, NoSuchPayee, PayeeInUse, TooManyPayees
from payments.models import Payee
from payments.payee_details import PayeeDetails, clean_details, passes_luhn, tail_of
from payments.purses import Owner
from payments.selectors.payouts import payee_of, payees_of
from payments.services.payees import add_payee, remove_payee
from payments.services.payouts import cancel_withdrawal
from payments.states import PayeeKind
from tests.factories.accounts import make_merchant, make_staff, make_user
from tests.factories.payments import NOON
from tests.factories.payouts import CARD, make_payee, make_withdrawal

pytestmark = pytest.mark.django_db
BANK, ALIPAY, WECHAT = PayeeKind.BANK, PayeeKind.ALIPAY, PayeeKind.WECHAT


def _cleaned(kind: PayeeKind, account: str, *, bank_name: str = "招商银行") -> PayeeDetails:
    return clean_details(PayeeDetails(kind=kind, holder=" 王小果 ", account=account, bank_name=bank_name))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (BANK, "6222 0212 3456 7894", CARD),
        (BANK, "６２２２０２１２３４５６７８９４", CARD),
        (ALIPAY, "+86 138-1111-2222", "13811112222"),
        (ALIPAY, "Wang.Guo@Example.com", "wang.guo@example.com"),
        (WECHAT, "wang_xiaoguo", "wang_xiaoguo"),
        (WECHAT, "13811112222", "13811112222"),
    ],
)
def test_accounts_are_kept_as_they_are_paid_to(kind: PayeeKind, typed: str, kept: str) -> None:
    cleaned = _cleaned(kind, typed)
    assert (cleaned.account, cleaned.holder) == (kept, "王小果")
    assert cleaned.bank_name == ("招商银行" if kind == BANK else "")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (BANK, "6222021234567895"),
        (BANK, "62220212345"),
        (BANK, "王小果"),
        (ALIPAY, "12345"),
        (ALIPAY, "wang@"),
        (WECHAT, "王小果"),
        (WECHAT, "wx"),
    ],
)
def test_what_cannot_be_an_account_is_refused_at_its_field(kind: PayeeKind, typed: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        _cleaned(kind, typed)
    assert refusal.value.params["field"] == "account"


def test_a_card_needs_its_bank_and_every_account_its_holder() -> None:
    with pytest.raises(InvalidField) as no_bank:
        _cleaned(BANK, CARD, bank_name=" ")
    with pytest.raises(InvalidField) as nobody:
        clean_details(PayeeDetails(kind=WECHAT, holder=" ", account="wang_xiaoguo"))
    assert (no_bank.value.params["field"], nobody.value.params["field"]) == ("bank_name", "holder")


def test_one_digit_mistyped_is_always_noticed() -> None:
    assert passes_luhn(CARD)
    wrong = [CARD[:at] + digit + CARD[at + 1 :] for at in range(16) for digit in "0123456789" if digit != CARD[at]]
    assert len(wrong) == 144
    assert not any(passes_luhn(digits) for digits in wrong)


@pytest.mark.parametrize(
    ("account", "tail"),
    [(CARD, "7894"), ("13811112222", "2222"), ("wangguo@example.com", "guo"), ("ab@example.com", "b"), ("a@b.cn", "")],
)
def test_the_tail_says_never_more_than_half(account: str, tail: str) -> None:
    assert tail_of(account) == tail


def test_an_account_lies_encrypted_and_shows_its_tail() -> None:
    alice = Owner(user=make_user(name="Alice"))
    payee = make_payee(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder, account FROM payments_payee")
        stored = cursor.fetchone()
    assert not any(secret in column for column in stored for secret in ("王小果", CARD, "7894"))
    assert (str(payee), payee.shown_holder) == ("招商银行 *7894", "王**")
    assert (Payee.objects.get().holder, Payee.objects.get().account) == ("王小果", CARD)


def test_adding_and_removing_is_written_down_without_the_account() -> None:
    """F5: who added it, whose it is; never the number itself."""
    merchant = make_merchant()
    owner = Owner(merchant=merchant)
    payee = make_payee(owner)
    actor = merchant.staff.get().user
    remove_payee(payee=payee, actor_id=actor.pk, now=NOON)
    added, removed = AuditEntry.objects.filter(action__startswith="payee.").order_by("pk")
    assert (added.action, removed.action) == ("payee.add", "payee.remove")
    assert {added.subject, removed.subject} == {f"payee:{payee.code}"}
    assert {added.actor_id, removed.actor_id} == {actor.pk}
    assert added.detail == {"owner": f"merchant:{merchant.code}", "kind": "bank"}
    assert not payees_of(owner).exists()
    assert Payee.objects.get().removed_at == NOON


def test_everybody_in_charge_hears_of_a_new_account() -> None:
    """I4: a day to notice what somebody else added in one's name; the number itself is not told."""
    merchant = make_merchant()
    accountant, manager = make_staff(merchant, StaffRole.FINANCE), make_staff(merchant, StaffRole.MANAGER)
    make_payee(Owner(merchant=merchant))
    alice = make_user(name="Alice")
    make_payee(Owner(user=alice))
    drain(now=timezone.now())
    told = Message.objects.filter(kind="payee_added").order_by("pk")
    page = f"/backoffice/{merchant.code}/money/payees/"
    assert {(message.recipient_id, message.url) for message in told} == {
        (merchant.staff.order_by("pk")[0].user_id, page),
        (accountant.pk, page),
        (alice.pk, "/me/wallet/payees/"),
    }
    assert {message.title for message in told} == {"添加了收款账户 招商银行 *7894"}
    assert not Message.objects.filter(recipient_id=manager.pk, kind="payee_added").exists()


def test_nobody_reaches_somebody_elses_account() -> None:
    """A5: another person's, another merchant's, or a removed one: all alike are not there."""
    alice, bob, shop = Owner(user=make_user()), Owner(user=make_user(name="Bob")), Owner(merchant=make_merchant())
    payee = make_payee(alice)
    for other in (bob, shop):
        with pytest.raises(NoSuchPayee):
            payee_of(other, payee.code)
    assert payee_of(alice, payee.code) == payee
    remove_payee(payee=payee, actor_id=alice.user.pk, now=NOON)  # type: ignore[union-attr]
    with pytest.raises(NoSuchPayee):
        payee_of(alice, payee.code)
    with pytest.raises(NoSuchPayee):
        remove_payee(payee=payee, actor_id=alice.user.pk, now=NOON)  # type: ignore[union-attr]


def test_an_account_is_kept_once_and_ten_at_most() -> None:
    alice = make_user()
    owner = Owner(user=alice)
    make_payee(owner)
    with pytest.raises(KnownPayee):
        make_payee(owner, account="6222 0212 3456 7894")
    make_payee(Owner(user=make_user(name="Bob")))
    for number in range(9):
        details = PayeeDetails(kind=WECHAT, holder="王小果", account=f"wang_guo_{number}")
        add_payee(owner=owner, details=details, actor_id=alice.pk, now=NOON)
    with pytest.raises(TooManyPayees):
        add_payee(
            owner=owner,
            details=PayeeDetails(kind=WECHAT, holder="王", account="wangguo99"),
            actor_id=alice.pk,
            now=NOON,
        )
    assert payees_of(owner).count() == 10


def test_an_account_that_money_is_on_its_way_to_stays() -> None:
    alice = make_user()
    withdrawal = make_withdrawal(Owner(user=alice))
    with pytest.raises(PayeeInUse):
        remove_payee(payee=withdrawal.payee, actor_id=alice.pk, now=NOON)
    later = NOON + dt.timedelta(minutes=1)
    cancel_withdrawal(withdrawal=withdrawal, actor_id=alice.pk, now=later)
    remove_payee(payee=withdrawal.payee, actor_id=alice.pk, now=later)
    assert Payee.objects.get().removed_at == later
