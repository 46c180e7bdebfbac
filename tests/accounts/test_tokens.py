"""Keys to the API: shown once, kept hashed, revoked for good."""

import datetime as dt

import pytest

from accounts.models import ApiToken, User
from accounts.selectors.tokens import Key, key_of_token, tokens_of, user_of_token
from accounts.services.profile import update_profile
from accounts.services.tokens import issue_token, note_use, revoke_all, revoke_token, sign_device_out
from common.errors import InvalidField, NotFound
from tests.factories.accounts import make_user

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def issue(user, label="phone"):
    return issue_token(user=user, label=label, now=NOW)


def known(token: str) -> Key:
    key = key_of_token(token)
    assert key is not None
    return key


@pytest.mark.django_db
def test_a_key_opens_its_owners_account_and_is_not_kept():
    alice = make_user()
    token = issue(alice)
    assert user_of_token(token) == alice
    assert len(token) >= 43
    assert token not in str(ApiToken.objects.values().get())
    assert token != issue(alice)


@pytest.mark.django_db
def test_a_key_that_nobody_made_opens_nothing():
    token = issue(make_user())
    for wrong in ("", "gb_", token[:-1], token.removeprefix("gb_"), ApiToken.objects.get().token_hash):
        assert user_of_token(wrong) is None


@pytest.mark.django_db
def test_a_revoked_key_opens_nothing_and_its_sisters_still_do():
    alice = make_user()
    lost, kept = issue(alice), issue(alice)
    revoke_token(token=lost, now=NOW)
    revoke_token(token=lost, now=NOW + dt.timedelta(days=1))
    assert user_of_token(lost) is None
    assert user_of_token(kept) == alice
    assert ApiToken.objects.filter(revoked_at=NOW).count() == 1


@pytest.mark.django_db
def test_alice_signs_her_lost_phone_out_and_never_bobs():
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    token = issue(alice)
    (device,) = tokens_of(alice)
    with pytest.raises(NotFound):
        sign_device_out(user=bob, token_id=device.pk, now=NOW)
    assert user_of_token(token) == alice
    sign_device_out(user=alice, token_id=device.pk, now=NOW)
    assert user_of_token(token) is None
    assert list(tokens_of(alice)) == []


@pytest.mark.django_db
def test_all_keys_at_once():
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    issue(alice), issue(alice)
    bobs = issue(bob)
    assert revoke_all(user=alice, now=NOW) == 2
    assert user_of_token(bobs) == bob


@pytest.mark.django_db
def test_who_is_switched_off_has_no_keys_that_open():
    alice = make_user()
    token = issue(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert user_of_token(token) is None


@pytest.mark.django_db
def test_when_a_key_was_last_used_is_known_to_the_hour(django_assert_num_queries):
    token = issue(make_user())

    def use(minutes):
        note_use(key=known(token), now=NOW + dt.timedelta(minutes=minutes))
        return ApiToken.objects.get().last_used_at

    assert [use(minutes) for minutes in (0, 30, 59)] == [NOW] * 3
    assert use(61) == NOW + dt.timedelta(minutes=61)
    with django_assert_num_queries(1):
        note_use(key=known(token), now=NOW + dt.timedelta(minutes=90))


@pytest.mark.django_db
def test_who_has_many_keys_is_known_in_whole_by_each():
    """A5: the owner is as if read from the table, and each key tells of its own use."""
    alice = make_user(name="Alice")
    first, second = issue(alice), issue(alice)
    note_use(key=known(second), now=NOW)
    assert [known(token).last_used_at for token in (first, second)] == [None, NOW]
    owner, kept = known(first).owner, User.objects.get(pk=alice.pk)
    assert {name: value for name, value in vars(owner).items() if name != "_state"} == {
        name: value for name, value in vars(kept).items() if name != "_state"
    }
    owner.language = "en"
    owner.save(update_fields=["language"])
    assert User.objects.get(pk=alice.pk).language == "en"


@pytest.mark.django_db
def test_alice_changes_what_she_is_called_and_what_she_reads():
    alice = make_user()
    update_profile(user=alice, name=" 小 爱 ", language="en", now=NOW)
    kept = User.objects.get(pk=alice.pk)
    assert (kept.name, kept.language) == ("小 爱", "en")
    with pytest.raises(InvalidField):
        update_profile(user=alice, name="小爱", language="xx", now=NOW)
