"""What people decide about their messages."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField
from notifications.errors import NotYourChoice
from notifications.models import Preference, QuietHours
from notifications.states import PERSONAL, ChannelName
from notifications.topics import Topic, is_fixed

Square = tuple[str, str]


@transaction.atomic
def choose(*, user_id: int, wanted: Mapping[Square, bool], now: dt.datetime) -> None:
    """Write down some squares of a person's table, (topic, channel) each. Raises InvalidField, NotYourChoice."""
    for topic, channel in wanted:
        if topic not in Topic or channel not in PERSONAL:
            raise InvalidField("choices", _("没有这样的消息或渠道"))
        if is_fixed(topic, channel) and not wanted[topic, channel]:
            raise NotYourChoice
    said = Preference.objects.filter(user_id=user_id).values_list("topic", "channel", "wanted")
    before = {(topic, channel): is_wanted for topic, channel, is_wanted in said}
    changed = {square: value for square, value in wanted.items() if before.get(square, True) != value}
    _write(user_id, changed, now=now)


def stop_marketing(*, user_id: int, now: dt.datetime) -> None:
    """No more advertising by whatever way; the one touch of it."""
    choose(user_id=user_id, wanted={(Topic.MARKETING, channel): False for channel in PERSONAL}, now=now)


def choose_quiet_hours(*, user_id: int, begins: dt.time, ends: dt.time) -> QuietHours:
    """When this person is left alone; equal times mean never."""
    hours = {"begins": begins.replace(second=0, microsecond=0), "ends": ends.replace(second=0, microsecond=0)}
    return QuietHours.objects.update_or_create(user_id=user_id, defaults=hours)[0]


def _write(user_id: int, changed: Mapping[Square, bool], *, now: dt.datetime) -> None:
    Preference.objects.bulk_create(
        _rows(user_id, changed, now),
        update_conflicts=True,
        unique_fields=["user", "topic", "channel"],
        update_fields=["wanted", "changed_at"],
    )


def _rows(user_id: int, changed: Mapping[Square, bool], now: dt.datetime) -> Iterable[Preference]:
    for (topic, channel), wanted in changed.items():
        yield Preference(user_id=user_id, topic=topic, channel=ChannelName(channel), wanted=wanted, changed_at=now)
