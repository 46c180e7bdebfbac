"""F5: finance sees what stands on every account, whose it is, and finds a person's balance."""

import pytest
from django.test import Client

from accounts.models import User
from payments.models import LedgerAccount
from tests.factories.accounts import make_operator, make_user
from tests.factories.payouts import give_balance

pytestmark = pytest.mark.django_db
ACCOUNTS = "/admin/payments/ledgeraccount/"


@pytest.fixture
def alice() -> User:
    """With ¥12.34 in her balance, beside Bob with ¥7.77."""
    alice = make_user(name="Alice")
    give_balance(alice, 1234)
    give_balance(make_user(name="Bob"), 777)
    return alice


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_finance_finds_a_persons_balance(alice: User) -> None:
    finance = browser_of(make_operator("finance"))
    everything = finance.get(ACCOUNTS).content.decode()
    assert "¥12.34" in everything
    assert "¥7.77" in everything
    # What the house has given grows by debits.
    assert "¥20.11" in everything
    for words in (alice.code, alice.phone, alice.phone_tail):
        found = finance.get(ACCOUNTS, {"q": words}).content.decode()
        assert "¥12.34" in found
        assert "¥7.77" not in found
    account = LedgerAccount.objects.get(user=alice)
    assert "¥12.34" in finance.get(f"{ACCOUNTS}{account.pk}/change/").content.decode()


def test_whoever_does_not_look_after_money_sees_no_account(alice: User) -> None:
    assert browser_of(alice).get(ACCOUNTS).status_code == 302
