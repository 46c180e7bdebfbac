"""Events go up: the sender writes what happened in its own transaction, higher apps react later, each on its own.

A handler runs in one transaction with the mark that it ran, so its rows take effect once however often it is tried.
It writes rows and nothing else: what must leave the house is written down and sent by a sweep of its own. A handler of
many events at once runs with the marks of all of them; when it fails it gets them one by one, so that a failure
postpones its own delivery and no other.
"""

import datetime as dt
import json
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, QuerySet

from common.models import EventDelivery, OutboxEvent

logger = logging.getLogger(__name__)

FIRST_DELAY = dt.timedelta(seconds=5)
LONGEST_DELAY = dt.timedelta(minutes=30)
MOST_ATTEMPTS = 8
# So much is looked for at once; a handler of many gets no more than the second at a time.
STEP, TOGETHER = 500, 200

PUBLISH = """
INSERT INTO common_outboxevent (name, payload)
SELECT event ->> 0, event -> 1 FROM jsonb_array_elements(%s) WITH ORDINALITY AS told (event, nth) ORDER BY nth
"""
FAN_OUT = """
INSERT INTO common_eventdelivery (event_id, handler, status, attempts, due_at, error)
SELECT event.id, heard.handler, 'waiting', 0, %(now)s, ''
  FROM unnest(%(ids)s::bigint[], %(names)s::text[]) AS event (id, name)
  JOIN unnest(%(heard)s::text[], %(handlers)s::text[]) WITH ORDINALITY AS heard (name, handler, nth) USING (name)
 ORDER BY event.id, heard.nth
"""


@dataclass(frozen=True)
class Event:
    """Base of all events: a frozen dataclass of ids and numbers, without personal data."""


E = TypeVar("E", bound=Event)
Handler = Callable[[Any, dt.datetime], None]


@dataclass(frozen=True)
class Together:
    """A handler of many events at once; of one it is one like any other."""

    many: Callable[[Sequence[Any], dt.datetime], None]

    def __call__(self, event: Event, now: dt.datetime) -> None:
        self.many([event], now)


_event_types: dict[str, type[Event]] = {}
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)


def name_of(event_type: type[Event]) -> str:
    """Such as "orders.OrderPaid", for the class of that name in the app orders."""
    return f"{event_type.__module__.partition('.')[0]}.{event_type.__name__}"


def handles(event_type: type[E]) -> Callable[[Callable[[E, dt.datetime], None]], Callable[[E, dt.datetime], None]]:
    """Register a function (event, now) as handler. Its dotted name identifies it for ever: do not rename lightly."""

    def register(handler: Callable[[E, dt.datetime], None]) -> Callable[[E, dt.datetime], None]:
        event_name = name_of(event_type)
        _event_types[event_name] = event_type
        _handlers[event_name][f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return register


def handles_many(
    event_type: type[E],
) -> Callable[[Callable[[Sequence[E], dt.datetime], None]], Callable[[Sequence[E], dt.datetime], None]]:
    """Register a function (events, now) as handler: what it does for many it does with a handful of statements.

    It locks rows in the order of their keys, and what it does for one event is independent of the others it gets.
    """

    def register(handler: Callable[[Sequence[E], dt.datetime], None]) -> Callable[[Sequence[E], dt.datetime], None]:
        event_name = name_of(event_type)
        _event_types[event_name] = event_type
        _handlers[event_name][f"{handler.__module__}.{handler.__name__}"] = Together(handler)
        return handler

    return register


def publish(*events: Event) -> None:
    """Write events into the outbox, in the caller's transaction."""
    if events:
        told = [(name_of(type(event)), vars(event)) for event in events]
        with connection.cursor() as cursor:
            cursor.execute(PUBLISH, [json.dumps(told)])


def relay(*, now: dt.datetime, limit: int = STEP, heard_by: Callable[[str], bool] = bool) -> int:
    """Fan waiting events out to their handlers and run what is due. Returns how much there was to do.

    Safe to run by several workers at once. Where `heard_by` says no to a handler's name, it never hears of the events
    that are fanned out: a past that is made up afterwards is news to nobody.
    """
    return _fan_out(now=now, limit=limit, heard_by=heard_by) + _run_due(now=now, limit=limit)


def drain(*, now: dt.datetime, seconds: float = math.inf, heard_by: Callable[[str], bool] = bool) -> int:
    """Relay until nothing is left that is due now, or so many seconds are over; returns how many steps that took."""
    ends_at = time.monotonic() + seconds
    total = 0
    while done := relay(now=now, heard_by=heard_by):
        total += done
        if time.monotonic() >= ends_at:
            break
    return total


def run_again(delivery: EventDelivery, *, now: dt.datetime) -> None:
    """Take a parked delivery back into the queue, with all its attempts before it again."""
    EventDelivery.objects.filter(pk=delivery.pk, status=EventDelivery.Status.PARKED).update(
        status=EventDelivery.Status.WAITING, attempts=0, due_at=now
    )


@transaction.atomic
def _fan_out(*, now: dt.datetime, limit: int, heard_by: Callable[[str], bool] = bool) -> int:
    waiting = OutboxEvent.objects.filter(relayed_at__isnull=True).order_by("id")
    events = list(waiting.select_for_update(skip_locked=True).values_list("pk", "name")[:limit])
    if not events:
        return 0
    ids, names = (list(column) for column in zip(*events, strict=True))
    heard = [(name, handler) for name in sorted(set(names)) for handler in _handlers.get(name, ()) if heard_by(handler)]
    said = {"ids": ids, "names": names, "heard": [name for name, _handler in heard]}
    with connection.cursor() as cursor:
        cursor.execute(FAN_OUT, said | {"handlers": [handler for _name, handler in heard], "now": now})
    OutboxEvent.objects.filter(pk__in=ids).update(relayed_at=now)
    return len(ids)


def _run_due(*, now: dt.datetime, limit: int) -> int:
    """Deliver what is due, the oldest first; what one handler of many has to do, it does with its oldest."""
    due = _due(now).order_by("id").values_list("event__name", "handler", "pk")[:limit]
    waiting: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for name, handler, pk in due:
        waiting[name, handler].append(pk)
    return sum(
        _deliver_all(name, handler, pks[first : first + TOGETHER], now=now)
        for (name, handler), pks in waiting.items()
        for first in range(0, len(pks), TOGETHER)
    )


def _due(now: dt.datetime) -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(status=EventDelivery.Status.WAITING, due_at__lte=now)


def _deliver_all(name: str, handler: str, pks: Sequence[int], *, now: dt.datetime) -> int:
    """The deliveries of one handler: together where it can, and one by one where that failed."""
    known = _handlers.get(name, {}).get(handler)
    if isinstance(known, Together) and len(pks) > 1:
        try:
            return _deliver_together(known, _event_types[name], pks, now=now)
        except Exception:
            logger.exception("event handler failed with many", extra={"handler": handler, "count": len(pks)})
    return sum(_deliver(pk, now=now) for pk in pks)


@transaction.atomic
def _deliver_together(handler: Together, event_type: type[Event], pks: Sequence[int], *, now: dt.datetime) -> int:
    """Run those that nobody else has, with their marks in the same transaction; returns how many."""
    free = _due(now).filter(pk__in=pks).order_by("id").select_for_update(of=("self",), skip_locked=True)
    mine = list(free.values_list("pk", "event__payload"))
    if mine:
        handler.many([event_type(**payload) for _pk, payload in mine], now)
        _mark_done([pk for pk, _payload in mine], now=now)
    return len(mine)


def _mark_done(pks: Sequence[int], *, now: dt.datetime) -> None:
    EventDelivery.objects.filter(pk__in=pks).update(
        status=EventDelivery.Status.DONE, done_at=now, attempts=F("attempts") + 1, error=""
    )


def _deliver(pk: int, *, now: dt.datetime) -> bool:
    """Run one delivery unless somebody else has it; a failure is kept and tried again later."""
    try:
        with transaction.atomic():
            due = _due(now).filter(pk=pk)
            delivery = due.select_related("event").select_for_update(of=("self",), skip_locked=True).first()
            if delivery is None:
                return False
            _handle(delivery, now=now)
            _mark_done([pk], now=now)
    except Exception as error:
        logger.exception("event handler failed", extra={"delivery": pk})
        _postpone(pk, error=error, now=now)
    return True


def _handle(delivery: EventDelivery, *, now: dt.datetime) -> None:
    handler = _handlers[delivery.event.name][delivery.handler]
    handler(_event_types[delivery.event.name](**delivery.event.payload), now)


def _postpone(pk: int, *, error: Exception, now: dt.datetime) -> None:
    """Write the failure down, unless another relay has taken the delivery meanwhile: then its outcome counts."""
    with transaction.atomic():
        waiting = EventDelivery.objects.filter(pk=pk, status=EventDelivery.Status.WAITING)
        delivery = waiting.select_for_update(skip_locked=True).first()
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.error = f"{type(error).__name__}: {error}"[:2000]
        delivery.due_at = now + min(FIRST_DELAY * 2 ** (delivery.attempts - 1), LONGEST_DELAY)
        if delivery.attempts >= MOST_ATTEMPTS:
            delivery.status = EventDelivery.Status.PARKED
        delivery.save(update_fields=["attempts", "error", "due_at", "status"])
