"""Delivering events by hand, and what came of it."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from common import events
from common.models import OutboxEvent
from faults.pictures import Picture, take_picture

# What says that something was delivered, and not what came of it.
MAIL = ("common.outboxevent", "common.eventdelivery")


def effects() -> Picture:
    """Every table but the mail's."""
    return Picture({row: times for row, times in take_picture().items() if row[0] not in MAIL})


def of_apps(picture: Picture, *apps: str) -> Picture:
    """The tables of these apps alone."""
    return Picture({row: times for row, times in picture.items() if row[0].partition(".")[0] in apps})


@contextmanager
def undone() -> Iterator[None]:
    """What happens in the block is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def handlers() -> dict[str, str]:
    """Every handler there is, with the name of its event."""
    return {handler: name for name, registered in events._handlers.items() for handler in registered}


def deliver_by_hand(*, times: int, luck: random.Random | None, now: dt.datetime) -> None:
    """Every event to each of its handlers so many times, in their order or in any; and what they say, likewise."""
    heard: set[int] = set()
    while fresh := list(OutboxEvent.objects.exclude(pk__in=heard).order_by("pk")):
        calls = [(event, handler) for event in fresh for handler in events._handlers.get(event.name, ())] * times
        if luck:
            luck.shuffle(calls)
        for event, handler in calls:
            with transaction.atomic():
                _call(event, handler, now)
        heard |= {event.pk for event in fresh}


def _call(event: OutboxEvent, handler: str, now: dt.datetime) -> None:
    payload = events._event_types[event.name](**event.payload)
    events._handlers[event.name][handler](payload, now)
