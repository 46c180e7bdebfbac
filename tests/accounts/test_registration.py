"""A1: register with phone, SMS code and password."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import AlreadyRegistered, CodeSpent, WrongCode
from accounts.events import UserRegistered
from accounts.models import User
from accounts.services.codes import send_code
from accounts.services.registration import register
from common.errors import InvalidField
from common.events import name_of
from common.models import OutboxEvent
from tests.accounts.test_codes import other_than, sent_to
from tests.factories.accounts import make_user
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ALICE = "13812345678"


def ask_for_code(phone=ALICE):
    send_code(phone=phone, purpose="register", ip="203.0.113.1", now=NOW)
    return sent_to(phone)


def try_to_register(**changes):
    fields: dict[str, Any] = {
        "phone": ALICE,
        "password": "melons-at-noon",
        "name": "Alice",
        "language": "zh-hans",
        "now": NOW,
    }
    return register(**fields | changes)


@pytest.mark.django_db
def test_alice_registers():
    """A1: register with phone + SMS code + password."""
    alice = try_to_register(code=ask_for_code(), phone="+86 138 1234 5678")
    assert User.objects.with_phone(ALICE).get() == alice
    kept = User.objects.get(pk=alice.pk)
    assert (kept.phone, kept.name, kept.phone_tail, kept.joined_at) == (ALICE, "Alice", "5678", NOW)
    assert kept.check_password("melons-at-noon")
    assert not kept.is_staff
    assert not kept.is_superuser
    event = OutboxEvent.objects.get(name=name_of(UserRegistered))
    assert event.payload == {"user_id": alice.pk}


@pytest.mark.django_db
def test_a_wrong_code_makes_no_account():
    code = ask_for_code()
    with pytest.raises(WrongCode):
        try_to_register(code=other_than(code))
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_sign_in_code_registers_nobody():
    send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW)
    with pytest.raises(CodeSpent):
        try_to_register(code=sent_to())
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "12345678901"),
        ("password", "password"),
        ("password", "p" * 129),
        ("name", "王" * 21),
        ("language", "xx"),
        ("phone", "12345"),
    ],
)
def test_what_was_filled_in_wrongly_costs_neither_code_nor_try(field, value):
    code = ask_for_code()
    with pytest.raises(InvalidField) as refusal:
        try_to_register(code=code, **{field: value})
    assert refusal.value.params["field"] == field
    assert not User.objects.exists()
    try_to_register(code=code)


@pytest.mark.django_db
def test_only_the_holder_of_a_number_learns_that_it_is_registered():
    make_user(ALICE, name="Alice")
    code = ask_for_code()
    with pytest.raises(WrongCode):
        try_to_register(code=other_than(code), name="Mallory")
    with pytest.raises(AlreadyRegistered):
        try_to_register(code=code)
    assert User.objects.get().name == "Alice"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_accounts_made_at_once_for_one_number_are_one_account():
    outcomes = at_once(10, lambda _index: make_user(ALICE))
    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyRegistered) for outcome in outcomes) == 9
    assert User.objects.count() == 1
    assert OutboxEvent.objects.count() == 1
