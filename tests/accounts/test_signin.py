"""A3, A6: in by code or by password; guessing is counted and locked, and strangers learn nothing."""

import datetime as dt

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher

from accounts.errors import CodeSpent, NotRegistered, PasswordLocked, SignInClosed, WrongPassword
from accounts.models import SignInAttempt, User
from accounts.services import signin
from accounts.services.codes import send_code
from accounts.services.passwords import reset_password
from accounts.services.signin import sign_in_with_code, sign_in_with_password
from tests.accounts.test_codes import sent_to
from tests.factories.accounts import PASSWORD, make_user
from tests.parallel import Meeting, at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ALICE, NOBODY = "13812345678", "13700000001"


def by_password(password=PASSWORD, *, phone=ALICE, now=NOW):
    return sign_in_with_password(phone=phone, password=password, now=now)


def code_for(phone=ALICE):
    send_code(phone=phone, purpose="sign_in", ip="203.0.113.1", now=NOW)
    return sent_to(phone)


def wrong_answers(phone, count):
    answers = []
    for _try in range(count):
        with pytest.raises((WrongPassword, PasswordLocked)) as refusal:
            by_password("wrong", phone=phone)
        answers.append(str(refusal.value))
    return answers


@pytest.mark.django_db
def test_alice_signs_in_by_code():
    """A3: by SMS code."""
    alice = make_user(ALICE)
    assert sign_in_with_code(phone=ALICE, code=code_for(), now=NOW) == alice


@pytest.mark.django_db
def test_alice_signs_in_by_password():
    """A3: by password."""
    alice = make_user(ALICE)
    assert by_password(phone="+86 138 1234 5678") == alice


@pytest.mark.django_db
def test_a_code_tells_its_holder_that_there_is_no_account():
    with pytest.raises(NotRegistered):
        sign_in_with_code(phone=NOBODY, code=code_for(NOBODY), now=NOW)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_known_and_unknown_numbers_are_answered_alike():
    """A6: the answer does not tell whether a number is registered."""
    make_user(ALICE)
    known, unknown = wrong_answers(ALICE, 7), wrong_answers(NOBODY, 7)
    assert known == unknown
    assert known[0] == "手机号或密码不对，还可以试 4 次"
    assert known[3] == "手机号或密码不对，还可以试 1 次"
    assert known[4:] == ["试得太多了，15 分钟后再来，或用验证码登录"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["known", "unknown", "without a password", "switched off"])
def test_the_hasher_runs_once_whoever_is_asked_for(who, monkeypatch):
    """A6: the time does not tell either: what takes time is the hasher."""
    if who != "unknown":
        alice = make_user(ALICE, password=None if who == "without a password" else PASSWORD)
        User.objects.filter(pk=alice.pk).update(is_active=who != "switched off")
    runs = []
    encode = MD5PasswordHasher.encode

    def counted(*given):
        runs.append(who)
        return encode(*given)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    with pytest.raises(WrongPassword):
        by_password("wrong")
    assert len(runs) == 1


@pytest.mark.django_db
def test_five_wrong_tries_lock_the_password_for_a_quarter_of_an_hour():
    """A6: lock-out."""
    alice = make_user(ALICE)
    wrong_answers(ALICE, 5)
    with pytest.raises(PasswordLocked) as refusal:
        by_password(now=NOW + dt.timedelta(minutes=5))
    assert refusal.value.params["minutes"] == 10
    assert SignInAttempt.objects.count() == 5
    assert by_password(now=NOW + dt.timedelta(minutes=15)) == alice


@pytest.mark.django_db
def test_the_right_password_forgives_the_wrong_ones():
    make_user(ALICE)
    wrong_answers(ALICE, 4)
    by_password()
    assert not SignInAttempt.objects.exists()
    assert len(wrong_answers(ALICE, 4)) == 4
    by_password()


@pytest.mark.django_db
def test_alices_lock_is_not_bobs_and_leaves_her_the_code():
    alice, bob = make_user(ALICE), make_user(NOBODY, name="Bob")
    wrong_answers(ALICE, 5)
    assert by_password(phone=NOBODY) == bob
    assert sign_in_with_code(phone=ALICE, code=code_for(), now=NOW) == alice


@pytest.mark.django_db
def test_who_is_switched_off_does_not_get_in():
    alice = make_user(ALICE)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(WrongPassword):
        by_password()
    with pytest.raises(SignInClosed):
        sign_in_with_code(phone=ALICE, code=code_for(), now=NOW)


@pytest.mark.django_db
def test_a_password_as_long_as_a_book_is_not_even_hashed(monkeypatch):
    make_user(ALICE)
    monkeypatch.setattr(MD5PasswordHasher, "encode", None)
    with pytest.raises(WrongPassword):
        by_password("p" * 100_000)


@pytest.mark.django_db
def test_the_admins_own_page_has_the_same_lock():
    alice = make_user(ALICE)
    assert authenticate(username=ALICE, password=PASSWORD) == alice
    for _try in range(5):
        assert authenticate(username=ALICE, password="wrong") is None
    assert authenticate(username=ALICE, password=PASSWORD) is None
    assert authenticate(username="not a number", password=PASSWORD) is None
    assert authenticate(username=None, password=None) is None


@pytest.mark.django_db
def test_who_forgot_the_password_sets_a_new_one_by_code():
    alice = make_user(ALICE)
    wrong_answers(ALICE, 5)
    assert reset_password(phone=ALICE, code=code_for(), password="plums-at-night", now=NOW) == alice
    assert by_password("plums-at-night") == alice
    with pytest.raises(WrongPassword):
        by_password(PASSWORD)


@pytest.mark.django_db
def test_nobody_resets_a_password_without_the_code():
    make_user(ALICE)
    with pytest.raises(CodeSpent):
        reset_password(phone=ALICE, code="000000", password="plums-at-night", now=NOW)
    with pytest.raises(NotRegistered):
        reset_password(phone=NOBODY, code=code_for(NOBODY), password="plums-at-night", now=NOW)
    by_password()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_five_guesses():
    make_user(ALICE)
    outcomes = at_once(40, lambda _index: by_password("wrong"))
    looked_at = [outcome for outcome in outcomes if isinstance(outcome, WrongPassword)]
    assert len(looked_at) == 4
    assert sum(isinstance(outcome, PasswordLocked) for outcome in outcomes) == 36
    assert SignInAttempt.objects.count() == 5


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_the_number_more_guesses_are_looked_at(monkeypatch):
    make_user(ALICE)
    meeting, write = Meeting(6), SignInAttempt.objects.create
    monkeypatch.setattr(signin.advisory, "lock", lambda _name: None)
    monkeypatch.setattr(signin.SignInAttempt.objects, "create", lambda **fields: (meeting.wait(), write(**fields)))
    outcomes = at_once(6, lambda _index: by_password("wrong"))
    assert [type(outcome) for outcome in outcomes] == [WrongPassword] * 6
    assert SignInAttempt.objects.count() == 6
