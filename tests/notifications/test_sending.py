"""K2: what waits leaves once, at the right time, for people who still want it; the log says what became of it."""

import datetime as dt
import json

import pytest

from accounts.models import User
from common.errors import Refusal
from common.models import Alert
from notifications.errors import NotSentAgain
from notifications.models import Dispatch
from notifications.services import claiming
from notifications.services.cleaning import clean
from notifications.services.preferences import choose, choose_quiet_hours
from notifications.services.retrying import send_again
from notifications.services.sending import send_due
from notifications.states import DispatchState
from tests.factories.accounts import make_user
from tests.factories.notifications import BUSY, LOST, NEVER, NOON, dispatch_of, give_email, tell_payee

pytestmark = pytest.mark.django_db

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def alice(scripted):
    """She is told of a new payee, by text."""
    person = make_user("13812345678", name="Alice")
    tell_payee(person)
    return person


def state_of(person, **fields):
    found = dispatch_of(person, **fields)
    return found.state, found.error, found.attempts


def test_a_text_goes_to_her_number_and_leaves_a_trace_without_words(alice, scripted):
    assert send_due(now=NOON) == 1
    ((address, wording),) = scripted.handed
    assert (address, wording.title) == ("13812345678", "添加了收款账户 建设银行 8888")
    assert (wording.kind, wording.url) == ("payee_added", "/me/wallet/payees/")
    sent = dispatch_of(alice)
    assert (sent.state, sent.words, sent.done_at, sent.lease_until) == ("sent", "", NOON, None)
    assert send_due(now=NOON + DAY) == 0
    assert len(scripted.handed) == 1


def test_a_busy_provider_is_asked_again_later_and_less_and_less_often(alice, scripted):
    scripted.failures = [BUSY] * 2
    send_due(now=NOON)
    assert state_of(alice) == ("queued", "busy", 1)
    first = dispatch_of(alice).due_at - NOON
    assert dt.timedelta(seconds=15) <= first <= dt.timedelta(seconds=30)
    assert send_due(now=NOON + dt.timedelta(seconds=1)) == 0
    later = NOON + 10 * MINUTE
    send_due(now=later)
    assert first < dispatch_of(alice).due_at - later <= MINUTE
    assert send_due(now=NOON + 20 * MINUTE) == 1
    assert state_of(alice) == ("sent", "", 3)


def test_after_eight_tries_it_is_given_up(alice, scripted):
    scripted.failures = [BUSY] * 9
    for hour in range(10):
        send_due(now=NOON + hour * dt.timedelta(hours=1.1))
    assert state_of(alice) == ("failed", "gave_up", 8)
    assert len(scripted.handed) == 8


def test_what_is_refused_is_not_tried_again(alice, scripted):
    scripted.failures = [NEVER]
    send_due(now=NOON)
    assert state_of(alice) == ("failed", "bad_address", 1)
    assert send_due(now=NOON + DAY) == 0


@pytest.mark.parametrize("failure", [LOST, RuntimeError("13812345678")])
def test_a_text_whose_outcome_nobody_knows_is_not_sent_twice(alice, scripted, failure, caplog):
    """K2: a text message costs money and is read twice: an unknown outcome is the end of it."""
    scripted.failures = [failure]
    send_due(now=NOON)
    assert state_of(alice) == ("failed", "outcome_unknown", 1)
    assert send_due(now=NOON + DAY) == 0
    assert "13812345678" not in caplog.text


def test_a_mail_whose_outcome_nobody_knows_is_sent_again(alice, scripted):
    scripted.failures, scripted.repeats_unknown = [LOST], True
    send_due(now=NOON)
    assert state_of(alice) == ("queued", "outcome_unknown", 1)
    assert send_due(now=NOON + 5 * MINUTE) == 1


def test_a_worker_that_died_leaves_nothing_that_is_sent_twice(alice, scripted):
    """Killed between claim and outcome: the text may have left, so it stays where it is."""
    assert len(claiming.claim(now=NOON, limit=9)) == 1
    assert send_due(now=NOON + MINUTE) == 0
    assert state_of(alice) == ("sending", "", 1)
    send_due(now=NOON + 3 * MINUTE)
    assert state_of(alice) == ("failed", "outcome_unknown", 1)
    assert scripted.handed == []


def test_who_comes_too_late_with_an_outcome_changes_nothing(alice, scripted):
    (held,) = claiming.claim(now=NOON, limit=9)
    claiming.take_back(now=NOON + 3 * MINUTE)
    claiming.finish(held, DispatchState.SENT, now=NOON + 4 * MINUTE)
    assert state_of(alice) == ("failed", "outcome_unknown", 1)


def test_what_was_switched_off_meanwhile_is_not_sent(alice, scripted):
    choose(user_id=alice.pk, wanted={("money", "sms"): False}, now=NOON)
    assert send_due(now=NOON) == 0
    assert state_of(alice) == ("suppressed", "switched_off", 1)
    assert dispatch_of(alice).words == ""
    assert scripted.handed == []


def test_an_address_that_is_gone_and_a_person_who_left_are_told_nothing(alice, scripted):
    bob = make_user(name="Bob")
    email = give_email(bob)
    tell_payee(bob)
    email.delete()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    send_due(now=NOON)
    assert state_of(alice)[:2] == state_of(bob, channel="email")[:2] == ("suppressed", "no_address")
    assert len(scripted.handed) == 1


def test_old_news_is_not_sent(alice, scripted):
    send_due(now=NOON + DAY)
    assert state_of(alice)[:2] == ("suppressed", "too_late")
    assert scripted.handed == []


def test_what_was_delayed_into_her_night_waits_for_the_morning_and_no_try_is_counted(scripted):
    """K2: quiet hours count when it is sent, too."""
    bob = make_user(name="Bob")
    tell_payee(bob, kind="withdrawal_failed")
    choose_quiet_hours(user_id=bob.pk, begins=dt.time(11), ends=dt.time(13))
    send_due(now=NOON)
    waiting = dispatch_of(bob)
    assert (waiting.state, waiting.due_at, waiting.attempts) == ("queued", NOON + dt.timedelta(hours=1), 0)
    assert send_due(now=NOON + dt.timedelta(hours=1)) == 1


def test_a_person_gets_so_many_texts_a_day_and_the_house_sends_so_many(settings, scripted):
    """Text messages have a budget; the rest stands in the inbox."""
    settings.SMS_NOTICES_PER_PERSON, settings.SMS_NOTICES_PER_DAY = 2, 3
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    for number in range(3):
        tell_payee(alice, bob, about=f"payee:{number}")
    assert send_due(now=NOON) == 3
    errors = Dispatch.objects.filter(state="suppressed").values_list("error", flat=True)
    assert sorted(errors) == ["budget", "limit", "limit"]


def test_three_silences_give_the_channel_a_rest_and_raise_an_alert(scripted):
    for number in range(5):
        tell_payee(make_user(name=str(number)))
    scripted.failures = [BUSY] * 3
    assert send_due(now=NOON) == 0
    assert len(scripted.handed) == 3
    assert sorted(Dispatch.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]
    assert Alert.objects.get(closed_at=None).subject == "message_channel:sms"
    assert send_due(now=NOON + 5 * MINUTE) == 5
    assert not Alert.objects.filter(closed_at=None).exists()


def test_advertising_says_how_to_end_it(scripted):
    """K2: unsubscribing marketing in one tap."""
    alice = make_user(name="Alice")
    give_email(alice)
    tell_payee(alice)
    Dispatch.objects.filter(channel="email").update(topic="marketing")
    send_due(now=NOON)
    links = {address: wording.unsubscribe for address, wording in scripted.handed}
    assert links["alice@example.com"].startswith("http")
    assert [link for address, link in links.items() if "@" not in address] == [""]


def test_an_operator_sends_again_what_surely_did_not_go_out(alice, scripted):
    scripted.failures = [NEVER]
    send_due(now=NOON)
    send_again(dispatch=dispatch_of(alice), actor_id=alice.pk, now=NOON + 2 * DAY)
    assert send_due(now=NOON + 2 * DAY) == 1
    with pytest.raises(NotSentAgain):
        send_again(dispatch=dispatch_of(alice), actor_id=alice.pk, now=NOON + 3 * DAY)


def test_an_operator_cannot_send_again_what_perhaps_arrived(alice, scripted):
    scripted.failures = [LOST]
    send_due(now=NOON)
    with pytest.raises(Refusal):
        send_again(dispatch=dispatch_of(alice), actor_id=alice.pk, now=NOON)
    assert state_of(alice)[0] == "failed"


def test_traces_go_after_ninety_days_and_the_words_of_failures_after_seven(alice, scripted):
    scripted.failures = [NEVER]
    send_due(now=NOON)
    clean(now=NOON + 6 * DAY)
    assert json.loads(dispatch_of(alice).words)["title"] == "添加了收款账户 建设银行 8888"
    clean(now=NOON + 8 * DAY)
    assert dispatch_of(alice).words == ""
    clean(now=NOON + 91 * DAY)
    assert not Dispatch.objects.exists()
