"""F4, F5 over the API: accounts masked, money out once for each key, other people's nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.states import StaffRole
from payments.models import Payee, Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.services.payouts import approve
from payments.states import Purse
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.payouts import CARD, fill_purse, make_payee, make_withdrawal
from tests.web.api.conftest import Program, is_problem

pytestmark = pytest.mark.django_db
ProgramOf = Callable[..., Program]
TYPED = {"kind": "bank", "holder": "王小果", "account": "6222 0212 3456 7894", "bank_name": "招商银行"}


@pytest.fixture
def alice() -> User:
    """With 50 yuan in her balance, and a card known for a month."""
    found = make_user(name="Alice")
    fill_purse(Owner(user=found), Purse.BALANCE, 5_000)
    make_payee(Owner(user=found))
    return found


def _wanted(**changes: Any) -> dict[str, Any]:
    return {"purse": "balance", "payee": Payee.objects.order_by("pk")[0].code, "amount_fen": 3_000} | changes


def test_an_account_goes_in_whole_and_comes_out_by_its_tail(program: ProgramOf) -> None:
    """F5."""
    caller = program(make_user())
    added = caller.tell("me/payees/", TYPED, key=None)
    assert added.status_code == 201
    shown = {name: value for name, value in added.json().items() if name not in ("code", "added_at")}
    assert shown == {"kind": "bank", "holder": "王**", "account_tail": "7894", "bank_name": "招商银行"}
    listed = caller.ask("me/payees/").content.decode()
    assert CARD not in listed
    assert "王小果" not in listed
    code = added.json()["code"]
    assert caller.delete(f"/api/v1/me/payees/{code}/").status_code == 204
    assert caller.ask("me/payees/").json() == []


def test_a_wrong_account_is_named_as_the_field_that_is_wrong(program: ProgramOf) -> None:
    caller = program(make_user())
    problem = is_problem(caller.tell("me/payees/", TYPED | {"account": "6222021234567895"}), 400, "invalid_field")
    assert problem["errors"][0]["field"] == "account"
    assert caller.tell("me/payees/", TYPED | {"kind": "cash"}).status_code == 400
    assert caller.tell("me/payees/", TYPED | {"account": 6222021234567894}).status_code == 400
    assert not Payee.objects.exists()
    caller.tell("me/payees/", TYPED)
    is_problem(caller.tell("me/payees/", TYPED), 409, "known_payee")


def test_money_is_taken_once_for_each_key(program: ProgramOf, alice: User) -> None:
    """F5, K1."""
    caller = program(alice)
    first = caller.tell("me/withdrawals/", _wanted(), key="one")
    again = caller.tell("me/withdrawals/", _wanted(), key="one")
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json()["status"] == "requested"
    assert first.json()["payee"]["account_tail"] == "7894"
    is_problem(caller.tell("me/withdrawals/", _wanted(amount_fen=1_000), key="one"), 422, "idempotency_key_reused")
    is_problem(caller.tell("me/withdrawals/", _wanted(), key=None), 400, "idempotency_key_missing")
    assert (Withdrawal.objects.count(), in_purse(Owner(user=alice), Purse.BALANCE)) == (1, 2_000)
    assert [row["number"] for row in caller.ask("me/withdrawals/").json()["results"]] == [first.json()["number"]]


def test_it_is_taken_back_until_it_is_approved(program: ProgramOf, alice: User) -> None:
    caller = program(alice)
    number = caller.tell("me/withdrawals/", _wanted()).json()["number"]
    cancelled = caller.tell(f"me/withdrawals/{number}/cancel/", key="back")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert caller.tell(f"me/withdrawals/{number}/cancel/", key="back").json() == cancelled.json()
    is_problem(caller.tell(f"me/withdrawals/{number}/cancel/"), 409, "state_changed")
    approved = make_withdrawal(Owner(user=alice))
    approve(withdrawal=approved, actor_id=make_operator().pk, now=timezone.now())
    is_problem(caller.tell(f"me/withdrawals/{approved.number}/cancel/"), 409, "state_changed")
    assert in_purse(Owner(user=alice), Purse.BALANCE) == 5_000


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount_fen": 5_001}, 409, "purse_too_small"),
        ({"amount_fen": 99}, 400, "withdrawal_too_small"),
        ({"purse": "commission"}, 409, "purse_too_small"),
        ({"payee": "0000000000"}, 404, "no_such_payee"),
        ({"purse": "merchant"}, 400, "invalid"),
        ({"amount_fen": "3000"}, 400, "invalid"),
        ({"amount_fen": 30.5}, 400, "invalid"),
        ({"amount_fen": -1}, 400, "invalid"),
        ({"note": "快"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_had_is_a_problem_with_a_code(
    program: ProgramOf, alice: User, changes: dict[str, Any], status: int, code: str
) -> None:
    is_problem(program(alice).tell("me/withdrawals/", _wanted(**changes)), status, code)
    assert (Withdrawal.objects.count(), in_purse(Owner(user=alice), Purse.BALANCE)) == (0, 5_000)


def test_a_shops_accountant_takes_out_what_it_earned(program: ProgramOf) -> None:
    """F4."""
    merchant = make_merchant()
    fill_purse(Owner(merchant=merchant), Purse.MERCHANT, 174_290)
    caller = program(make_staff(merchant, StaffRole.FINANCE))
    payee = make_payee(Owner(merchant=merchant))
    asked = caller.tell("merchant/withdrawals/", {"payee": payee.code, "amount_fen": 170_000})
    assert (asked.status_code, asked.json()["purse"], asked.json()["amount_fen"]) == (201, "merchant", 170_000)
    assert "flags" not in asked.json()
    assert len(caller.ask("merchant/withdrawals/").json()["results"]) == 1
    is_problem(_removed(caller, payee), 409, "payee_in_use")
    assert caller.tell(f"merchant/withdrawals/{asked.json()['number']}/cancel/").json()["status"] == "cancelled"
    assert _removed(caller, payee).status_code == 204


@pytest.mark.parametrize("role", [StaffRole.MANAGER, StaffRole.WAREHOUSE, StaffRole.SUPPORT])
def test_other_staff_neither_look_nor_ask(program: ProgramOf, role: StaffRole) -> None:
    """A5."""
    merchant = make_merchant()
    fill_purse(Owner(merchant=merchant), Purse.MERCHANT, 5_000)
    payee = make_payee(Owner(merchant=merchant))
    caller = program(make_staff(merchant, role))
    for path in ("merchant/payees/", "merchant/withdrawals/"):
        is_problem(caller.ask(path), 403, "role_may_not")
    answer = caller.tell("merchant/withdrawals/", {"payee": payee.code, "amount_fen": 1_000})
    is_problem(answer, 403, "role_may_not")
    assert not Withdrawal.objects.exists()


def test_other_peoples_accounts_pay_out_nothing(program: ProgramOf, alice: User) -> None:
    """A5: neither a neighbour's account nor a rival's, and their withdrawals are not there."""
    bob, merchant = make_user(name="Bob"), make_merchant()
    theirs = make_withdrawal(Owner(user=bob))
    caller = program(alice)
    is_problem(caller.tell("me/withdrawals/", _wanted(payee=theirs.payee.code)), 404, "no_such_payee")
    is_problem(caller.tell(f"me/withdrawals/{theirs.number}/cancel/"), 404, "not_found")
    is_problem(_removed(caller, theirs.payee, area="me"), 404, "no_such_payee")
    fill_purse(Owner(merchant=merchant), Purse.MERCHANT, 5_000)
    mary = program(owner_of(merchant))
    wanted = {"payee": theirs.payee.code, "amount_fen": 1_000}
    is_problem(mary.tell("merchant/withdrawals/", wanted), 404, "no_such_payee")
    theirs.refresh_from_db()
    assert (theirs.status, Withdrawal.objects.count()) == ("requested", 1)


def _removed(caller: Program, payee: Payee, *, area: str = "merchant") -> Any:
    return caller.delete(f"/api/v1/{area}/payees/{payee.code}/")
