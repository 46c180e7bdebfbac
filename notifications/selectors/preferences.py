"""What people said about how they want to hear things."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from notifications.models import Preference, QuietHours
from notifications.models.preference import NIGHT_BEGINS, NIGHT_ENDS
from notifications.quiet import not_before
from notifications.selectors.kinds import offered
from notifications.states import PERSONAL, ChannelName
from notifications.topics import Topic, is_fixed


@dataclass(frozen=True)
class Choice:
    """One square of a person's table."""

    topic: Topic
    channel: ChannelName
    wanted: bool
    fixed: bool


def switched_off(user_ids: Collection[int], topic: str) -> set[tuple[int, str]]:
    """(id, channel) for whoever wants to hear nothing of a topic by a channel; one query."""
    said = Preference.objects.filter(user_id__in=user_ids, topic=topic, wanted=False)
    return set(said.values_list("user_id", "channel"))


def choices_of(user_id: int) -> list[Choice]:
    """A person's whole table, topic by topic, as far as there is anything to choose; what they never spoke of is on."""
    rows = Preference.objects.filter(user_id=user_id).values_list("topic", "channel", "wanted")
    said = {(topic, channel): wanted for topic, channel, wanted in rows}
    squares = offered()
    return [
        Choice(topic, channel, said.get((topic, channel), True), is_fixed(topic, channel))
        for topic in Topic
        for channel in PERSONAL
        if (topic, channel) in squares
    ]


def quiet_hours_of(user_id: int) -> QuietHours:
    """When this person is left alone; the night, where they said nothing."""
    return QuietHours.objects.filter(user_id=user_id).first() or QuietHours(user_id=user_id)


def mornings(user_ids: Collection[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """From when on something may be sent to each of these people, `now` for whoever is not left alone; one query."""
    said = QuietHours.objects.filter(user_id__in=user_ids).values_list("user_id", "begins", "ends")
    hours = {pk: (begins, ends) for pk, begins, ends in said}
    nights = {pk: hours.get(pk, (NIGHT_BEGINS, NIGHT_ENDS)) for pk in user_ids}
    return {pk: not_before(now, begins=begins, ends=ends) for pk, (begins, ends) in nights.items()}
