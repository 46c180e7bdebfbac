"""Personal data at rest: unreadable without the key, unmovable to another column, and old keys still open it."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from accounts.models import User
from common.crypto import decrypt, encrypt, keyed_hash
from tests.factories.accounts import make_user

OLD, NEW = (f"{name}:{base64.b64encode(bytes([byte]) * 32).decode()}" for name, byte in (("old", 1), ("new", 2)))


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = [OLD]
    return settings


def test_what_was_encrypted_comes_back():
    stored = encrypt("13800000001", context="accounts_user.phone")
    assert "13800000001" not in stored
    assert decrypt(stored, context="accounts_user.phone") == "13800000001"


def test_the_same_text_never_looks_the_same_twice():
    assert encrypt("王小明", context="c") != encrypt("王小明", context="c")


def test_a_value_cannot_be_moved_to_another_column():
    stored = encrypt("13800000001", context="accounts_user.phone")
    with pytest.raises(InvalidTag):
        decrypt(stored, context="accounts_user.name")


def test_one_changed_bit_is_noticed():
    key_id, _colon, sealed = encrypt("13800000001", context="c").partition(":")
    tampered = bytearray(base64.b64decode(sealed))
    tampered[-1] ^= 1
    with pytest.raises(InvalidTag):
        decrypt(f"{key_id}:{base64.b64encode(tampered).decode()}", context="c")


def test_a_new_key_encrypts_and_the_old_one_still_opens(keys):
    old = encrypt("13800000001", context="c")
    keys.FIELD_KEYS = [NEW, OLD]
    new = encrypt("13800000001", context="c")
    assert old.startswith("old:")
    assert new.startswith("new:")
    assert decrypt(old, context="c") == decrypt(new, context="c") == "13800000001"
    keys.FIELD_KEYS = [NEW]
    with pytest.raises(KeyError):
        decrypt(old, context="c")


def test_a_keyed_hash_finds_again_and_says_nothing_without_the_key(keys):
    mine = keyed_hash("13800000001", purpose="phone")
    assert mine == keyed_hash("13800000001", purpose="phone")
    assert len(mine) == 64
    assert mine != keyed_hash("13800000001", purpose="sms_code")
    keys.FIELD_INDEX_KEY = "another-key"
    assert mine != keyed_hash("13800000001", purpose="phone")


@pytest.mark.django_db
def test_the_column_holds_no_number_and_python_sees_it():
    """A7: personal data encrypted at rest."""
    alice = make_user("13812345678", name="王小明")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(accounts_user)::text FROM accounts_user WHERE id = %s", [alice.pk])
        row = cursor.fetchone()[0]
    assert "13812345678" not in row
    assert "王小明" not in row
    kept = User.objects.get(pk=alice.pk)
    assert (kept.phone, kept.name, kept.shown_name) == ("13812345678", "王小明", "王**")


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched_by_mistake():
    with pytest.raises(TypeError, match="keyed hash"):
        User.objects.filter(phone="13812345678").exists()


@pytest.mark.django_db
def test_bulk_writes_encrypt_as_well():
    alice = make_user(name="王小明")
    alice.name = "王大明"
    User.objects.bulk_update([alice], ["name"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_user WHERE id = %s", [alice.pk])
        assert cursor.fetchone()[0].startswith("old:")
    assert User.objects.get(pk=alice.pk).name == "王大明"
