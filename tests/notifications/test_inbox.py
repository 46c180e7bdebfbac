"""K2: people are told once, in their own language, and nobody reads another's inbox."""

import datetime as dt

import pytest
from django.template import TemplateDoesNotExist

from notifications.models import Message
from notifications.selectors.inbox import messages_of, unread_count
from notifications.services.inbox import Recipient, mark_read, tell
from notifications.wording import worded
from tests.factories.accounts import make_user
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def tell_of(*people, about="merchant:A", merchant="果园直发"):
    tell(
        recipients=[Recipient(id=person.pk, language=person.language) for person in people],
        kind="merchant_approved",
        about=about,
        context={"merchant": merchant},
        url="/merchant/",
        now=NOW,
    )


@pytest.mark.django_db
def test_alice_and_bob_are_told_what_happened():
    """K2: in-app inbox."""
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    tell_of(alice, bob)
    (message,) = messages_of(alice.pk)
    assert message.title == "「果园直发」已通过审核"
    assert message.body == "商家后台已经开通，上架商品就可以开团了。"
    assert (message.url, message.sent_at, message.read_at) == ("/merchant/", NOW, None)
    assert unread_count(bob.pk) == 1


@pytest.mark.django_db
def test_telling_again_changes_nothing_not_even_what_was_read():
    alice = make_user()
    tell_of(alice)
    mark_read(user_id=alice.pk, now=NOW)
    tell_of(alice, alice)
    assert messages_of(alice.pk).count() == 1
    assert unread_count(alice.pk) == 0
    tell_of(alice, about="merchant:B")
    assert unread_count(alice.pk) == 1


@pytest.mark.django_db
def test_the_text_is_plain_whoever_shows_it_escapes_it():
    alice = make_user()
    tell_of(alice, merchant="A&B <b>")
    assert messages_of(alice.pk)[0].title == "「A&B <b>」已通过审核"


@pytest.mark.django_db
def test_a_long_title_is_cut_to_what_fits():
    alice = make_user()
    tell_of(alice, merchant="果" * 200)
    title = messages_of(alice.pk)[0].title
    assert len(title) == 120
    assert title.endswith("…")


@pytest.mark.django_db
def test_a_thousand_people_take_four_queries(django_assert_max_num_queries):
    """K2: how the kind is told, who does not want it, who can be reached elsewhere, and the messages."""
    people = [make_user(password=None) for _person in range(30)]
    with django_assert_max_num_queries(4):
        tell_of(*people)
    assert Message.objects.count() == 30


@pytest.mark.django_db
def test_a_text_is_rendered_once_for_each_language(monkeypatch):
    rendered = []

    def count(kind, *, language, context, text, url):
        rendered.append(language)
        return worded(kind, language=language, context=context, text=text, url=url)

    monkeypatch.setattr("notifications.services.inbox.worded", count)
    tell_of(make_user(), make_user(), make_user(language="en"))
    assert sorted(rendered) == ["en", "zh-hans"]


@pytest.mark.django_db
def test_a_kind_that_nobody_wrote_is_a_fault_and_tells_nobody():
    with pytest.raises(TemplateDoesNotExist):
        tell(recipients=[Recipient(make_user().pk, "zh-hans")], kind="no_such", about="a", context={}, url="/", now=NOW)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_newest_message_is_first():
    alice = make_user()
    for name in "ABC":
        tell_of(alice, about=f"merchant:{name}", merchant=name)
    assert [message.about for message in messages_of(alice.pk)] == ["merchant:C", "merchant:B", "merchant:A"]


@pytest.mark.django_db
def test_alice_marks_one_then_all_and_never_bobs():
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    for about in ("merchant:A", "merchant:B", "merchant:C"):
        tell_of(alice, bob, about=about)
    bobs = messages_of(bob.pk)[0].pk
    assert mark_read(user_id=alice.pk, message_ids=[messages_of(alice.pk)[0].pk, bobs], now=NOW) == 1
    assert (unread_count(alice.pk), unread_count(bob.pk)) == (2, 3)
    assert mark_read(user_id=alice.pk, message_ids=[], now=NOW) == 0
    assert mark_read(user_id=alice.pk, now=NOW) == 2
    assert mark_read(user_id=alice.pk, now=NOW + dt.timedelta(hours=1)) == 0
    assert set(messages_of(alice.pk).values_list("read_at", flat=True)) == {NOW}
    assert unread_count(bob.pk) == 3


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_handlers_at_once_tell_alice_once():
    alice = make_user()
    outcomes = at_once(10, lambda _index: tell_of(alice))
    assert outcomes == [None] * 10
    assert messages_of(alice.pk).count() == 1
