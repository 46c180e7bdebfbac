"""K2: what people decide about their messages, and the hours in which they are left alone."""

import datetime as dt

import pytest

from common.errors import InvalidField
from notifications.errors import NotYourChoice
from notifications.models import Preference
from notifications.quiet import not_before
from notifications.selectors.preferences import choices_of, quiet_hours_of
from notifications.services.preferences import choose, choose_quiet_hours, stop_marketing
from tests.factories.accounts import make_user
from tests.factories.notifications import NOON

NIGHT = {"begins": dt.time(22), "ends": dt.time(8)}


def at(day, hour, minute=0):
    """An instant of Shanghai's November."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        (at(22, 21, 59), NIGHT, at(22, 21, 59)),
        (at(22, 22), NIGHT, at(23, 8)),
        (at(22, 23, 59), NIGHT, at(23, 8)),
        (at(23, 0), NIGHT, at(23, 8)),
        (at(23, 7, 59), NIGHT, at(23, 8)),
        (at(23, 8), NIGHT, at(23, 8)),
        (at(22, 13), {"begins": dt.time(12), "ends": dt.time(14)}, at(22, 14)),
        (at(22, 14), {"begins": dt.time(12), "ends": dt.time(14)}, at(22, 14)),
        (at(22, 23), {"begins": dt.time(0), "ends": dt.time(0)}, at(22, 23)),
    ],
)
def test_the_night_ends_in_the_morning(now, hours, expected):
    assert not_before(now, **hours) == expected


def wanted_by(person):
    return {(one.topic, one.channel): one.wanted for one in choices_of(person.pk)}


@pytest.mark.django_db
def test_everything_is_on_until_somebody_says_no_and_on_again_when_they_change_their_mind():
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    choose(user_id=alice.pk, wanted={("campaigns", "wechat"): False, ("orders", "sms"): True}, now=NOON)
    assert {square for square, wanted in wanted_by(alice).items() if not wanted} == {("campaigns", "wechat")}
    assert all(wanted_by(bob).values())
    assert Preference.objects.count() == 1
    choose(user_id=alice.pk, wanted={("campaigns", "wechat"): True}, now=NOON)
    assert all(wanted_by(alice).values())


@pytest.mark.django_db
def test_money_stays_in_the_inbox():
    """K2: money and security cannot be switched off there; elsewhere they can."""
    alice = make_user()
    with pytest.raises(NotYourChoice):
        choose(user_id=alice.pk, wanted={("campaigns", "inbox"): False, ("money", "inbox"): False}, now=NOON)
    assert not Preference.objects.exists()
    choose(user_id=alice.pk, wanted={("money", "email"): False}, now=NOON)
    fixed = [(one.topic, one.channel) for one in choices_of(alice.pk) if one.fixed]
    assert fixed == [("money", "inbox")]


@pytest.mark.django_db
def test_one_touch_ends_advertising_everywhere_and_nothing_else():
    alice = make_user()
    stop_marketing(user_id=alice.pk, now=NOON)
    stop_marketing(user_id=alice.pk, now=NOON)
    off = {square for square, wanted in wanted_by(alice).items() if not wanted}
    assert off == {("marketing", channel) for channel in ("inbox", "email", "wechat")}
    assert set(Preference.objects.values_list("channel", flat=True)) == {"inbox", "sms", "email", "wechat"}


@pytest.mark.django_db
@pytest.mark.parametrize("square", [("orders", "wecom"), ("orders", "pigeon"), ("gossip", "sms")])
def test_what_there_is_not_cannot_be_chosen(square):
    with pytest.raises(InvalidField):
        choose(user_id=make_user().pk, wanted={square: False}, now=NOON)


@pytest.mark.django_db
def test_quiet_hours_are_the_night_until_somebody_says_otherwise():
    alice = make_user()
    assert str(quiet_hours_of(alice.pk)) == "22:00–08:00"
    choose_quiet_hours(user_id=alice.pk, begins=dt.time(21, 30, 20), ends=dt.time(9))
    assert str(quiet_hours_of(alice.pk)) == "21:30–09:00"
