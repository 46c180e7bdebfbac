"""K2: one door tells people; what leaves the house is written down once for each event, person and channel."""

import datetime as dt

import pytest
from django.db import connection, transaction

from notifications.models import Dispatch, Message, MessageKind
from notifications.selectors.inbox import messages_of, unread_count
from notifications.services.preferences import choose, choose_quiet_hours
from notifications.topics import Topic, channels_of, is_urgent, kinds, topic_of
from tests.factories.accounts import make_user
from tests.factories.notifications import NOON, dispatch_of, give_email, give_wechat, tell_payee
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

LATE = dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai
MORNING = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)  # 8:00 there


def channels_for(person):
    return sorted(Dispatch.objects.filter(recipient=person).values_list("channel", flat=True))


def test_alice_is_told_wherever_she_can_be_reached_and_bob_where_he_can():
    """K2: channels inbox, SMS, e-mail, WeChat; an address that was never proven is none."""
    alice, bob, carol = make_user(name="Alice"), make_user(name="Bob"), make_user(name="Carol")
    give_email(alice)
    give_wechat(alice)
    give_email(carol, verified=False)
    tell_payee(alice, bob, carol)
    assert channels_for(alice) == ["email", "sms", "wechat"]
    assert channels_for(bob) == channels_for(carol) == ["sms"]
    assert [unread_count(person.pk) for person in (alice, bob, carol)] == [1, 1, 1]


def test_telling_again_queues_nothing_again():
    """K2: once per (event, person, channel)."""
    alice = make_user()
    give_email(alice)
    for _again in range(3):
        tell_payee(alice)
    assert channels_for(alice) == ["email", "sms"]
    tell_payee(alice, about="merchant:B")
    assert channels_for(alice) == ["email", "email", "sms", "sms"]


def test_what_is_queued_goes_with_the_transaction_of_the_sender():
    alice = make_user()
    with transaction.atomic():
        tell_payee(alice)
        transaction.set_rollback(True)
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()


def test_a_dispatch_carries_no_address_and_its_words_are_encrypted():
    """K2, A7: delivery log without personal data."""
    alice = make_user("13812345678")
    give_email(alice)
    tell_payee(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM notifications_dispatch d")
        rows = " ".join(row for (row,) in cursor.fetchall())
    for secret in ("13812345678", "alice@example.com", "建设银行"):
        assert secret not in rows
    assert "建设银行 8888" in dispatch_of(alice).words


def test_at_night_the_inbox_has_it_at_once_and_the_rest_waits_for_the_morning():
    """K2: quiet hours 22:00 to 8:00; what is urgent does not wait."""
    alice = make_user()
    tell_payee(alice, now=LATE, kind="withdrawal_failed")
    tell_payee(alice, now=LATE)
    assert unread_count(alice.pk) == 2
    assert dispatch_of(alice, kind="withdrawal_failed").due_at == MORNING
    assert dispatch_of(alice, kind="payee_added").due_at == LATE


def test_bob_has_a_night_of_his_own_and_carol_none():
    bob, carol = make_user(name="Bob"), make_user(name="Carol")
    choose_quiet_hours(user_id=bob.pk, begins=dt.time(12), ends=dt.time(14, 30))
    choose_quiet_hours(user_id=carol.pk, begins=dt.time(0), ends=dt.time(0))
    tell_payee(bob, carol, now=LATE, kind="withdrawal_failed")
    tell_payee(bob, carol, now=NOON, kind="refund_abnormal")
    assert {one.due_at for one in Dispatch.objects.filter(kind="withdrawal_failed")} == {LATE}
    assert dispatch_of(bob, kind="refund_abnormal").due_at == NOON + dt.timedelta(hours=2.5)
    assert dispatch_of(carol, kind="refund_abnormal").due_at == NOON


def test_what_alice_switched_off_is_not_queued_and_not_shown_in_her_inbox():
    """K2: preferences by topic and channel. The row in the inbox stays: she was told, and is not told again."""
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    choose(user_id=alice.pk, wanted={("orders", "sms"): False, ("orders", "inbox"): False}, now=NOON)
    MessageKind.objects.create(kind="payee_added", topic="orders")
    tell_payee(alice, bob)
    assert (channels_for(alice), channels_for(bob)) == ([], ["sms"])
    assert (unread_count(alice.pk), unread_count(bob.pk)) == (0, 1)
    assert list(messages_of(alice.pk)) == []
    assert Message.objects.filter(recipient=alice).count() == 1


def test_operators_say_by_which_channels_a_kind_is_told():
    """K2: a matrix of kinds and channels. Money stays in the inbox whatever they say."""
    MessageKind.objects.create(kind="payee_added", channels=["email"])
    alice = make_user()
    give_email(alice)
    tell_payee(alice)
    assert channels_for(alice) == ["email"]
    assert unread_count(alice.pk) == 1


def test_a_new_kind_needs_its_text_and_nothing_else():
    """The topic follows from the first word."""
    assert topic_of("coupon_issued") == topic_of("points_expiring") == Topic.MARKETING
    assert topic_of("refund_something_new") == Topic.MONEY
    assert topic_of("whatever_comes") == Topic.COMMUNITY
    assert channels_of("whatever_comes", Topic.COMMUNITY) == ("inbox",)
    assert is_urgent("security_new_device")
    assert not is_urgent("order_ready")
    assert "order_paid" in kinds()
    assert {"sms_code", "email_confirm"} & set(kinds()) == set()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_handlers_at_once_queue_one_text():
    """K2: once per (event, person, channel), also under race."""
    alice = make_user()
    assert at_once(10, lambda _index: tell_payee(alice)) == [None] * 10
    assert channels_for(alice) == ["sms"]
