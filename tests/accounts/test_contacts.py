"""K2, A7: a mail address counts once its owner opened the link that was sent there; it stands encrypted."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import connection

from accounts.address_books import People
from accounts.errors import LinkSpent, TooManyConfirmations
from accounts.models import Contact, User
from accounts.services.contacts import add_email, bind_wechat, confirm_email, forget_contact
from common.errors import InvalidField
from common.models import AuditEntry
from tests.factories.accounts import make_user

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db):
    return make_user("13812345678", name="Alice")


def token_sent():
    found = re.search(r"/me/notifications/email/confirm/\?token=(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def addresses(user, channel="email"):
    return dict(People().addresses([user.pk], channel))


def test_an_address_counts_once_the_link_was_opened(alice):
    add_email(user=alice, address=" Alice@Example.COM ", now=NOW)
    assert mail.outbox[0].to == ["Alice@example.com"]
    assert mail.outbox[0].subject == "确认你的邮箱"
    assert addresses(alice) == {}
    assert People().reachable([alice.pk]) == {(alice.pk, "sms")}
    for _twice in range(2):
        confirm_email(user=alice, token=token_sent(), now=NOW)
    assert addresses(alice) == {alice.pk: "Alice@example.com"}
    assert People().reachable([alice.pk]) == {(alice.pk, "sms"), (alice.pk, "email")}


def test_a_link_is_for_its_owner_for_that_address_for_a_day(alice, monkeypatch):
    add_email(user=alice, address="a@example.com", now=NOW)
    first = token_sent()
    with pytest.raises(LinkSpent):
        confirm_email(user=make_user(name="Mallory"), token=first, now=NOW)
    with pytest.raises(LinkSpent):
        confirm_email(user=alice, token=first + "x", now=NOW)
    add_email(user=alice, address="b@example.com", now=NOW)
    with pytest.raises(LinkSpent):
        confirm_email(user=alice, token=first, now=NOW)
    monkeypatch.setattr("accounts.services.contacts.LINK_LIVES", dt.timedelta(seconds=-1))
    with pytest.raises(LinkSpent):
        confirm_email(user=alice, token=token_sent(), now=NOW)
    assert addresses(alice) == {}


def test_another_address_has_to_be_proven_again_and_the_same_one_not(alice):
    add_email(user=alice, address="a@example.com", now=NOW)
    confirm_email(user=alice, token=token_sent(), now=NOW)
    add_email(user=alice, address="a@example.com", now=NOW)
    assert len(mail.outbox) == 1
    assert addresses(alice) == {alice.pk: "a@example.com"}
    add_email(user=alice, address="b@example.com", now=NOW)
    assert addresses(alice) == {}
    assert Contact.objects.count() == 1


def test_nobody_sends_strangers_mail_without_end(alice):
    for number in range(5):
        add_email(user=alice, address=f"{number}@example.com", now=NOW)
    with pytest.raises(TooManyConfirmations):
        add_email(user=alice, address="6@example.com", now=NOW)
    assert len(mail.outbox) == 5


@pytest.mark.parametrize("typed", ["", "alice", "a@b", "a@b.c\nBcc: x@y.z", "a" * 250 + "@example.com"])
def test_what_is_no_address_is_not_kept(alice, typed):
    with pytest.raises(InvalidField):
        add_email(user=alice, address=typed, now=NOW)
    assert not Contact.objects.exists()


def test_neither_address_nor_openid_stands_in_clear_and_forgotten_is_gone(alice):
    """A7."""
    add_email(user=alice, address="alice@example.com", now=NOW)
    bind_wechat(user=alice, openid="o-alice-1", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM accounts_contact c")
        rows = " ".join(row for (row,) in cursor.fetchall())
    assert "alice@example.com" not in rows
    assert "o-alice-1" not in rows
    assert addresses(alice, "wechat") == {alice.pk: "o-alice-1"}
    for kind in ("email", "wechat"):
        forget_contact(user=alice, kind=kind, now=NOW)
    assert not Contact.objects.exists()
    details = " ".join(str(detail) for detail in AuditEntry.objects.values_list("detail", flat=True))
    assert "alice" not in details


def test_whoever_may_not_sign_in_any_more_is_told_nothing(alice):
    bind_wechat(user=alice, openid="o-alice-1", now=NOW)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert addresses(alice, "wechat") == addresses(alice, "sms") == {}
