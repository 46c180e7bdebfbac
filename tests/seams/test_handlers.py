"""The seam between the apps: whatever happens to who reacts, orders and money stay as they are, and what follows from
an event follows once."""

import datetime as dt
import logging
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from common import events
from common.events import MOST_ATTEMPTS
from common.models import EventDelivery, OutboxEvent
from faults.pictures import Picture, difference
from tests.lasting import made_once
from tests.seams.deliveries import deliver_by_hand, effects, handlers, of_apps, undone
from tests.seams.history import make_history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
HOUR = dt.timedelta(hours=1)
DONE, WAITING, PARKED = EventDelivery.Status.DONE, EventDelivery.Status.WAITING, EventDelivery.Status.PARKED


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dt.datetime]:
    """The moment at which everything has happened and nobody has heard of it. Made once and committed."""
    yield from made_once(django_db_blocker, _happened)


def _happened() -> dt.datetime:
    moment = timezone.now()
    make_history(moment)
    return moment


@pytest.fixture
def now(history: dt.datetime) -> Iterator[dt.datetime]:
    """That moment; what fails on purpose is not logged."""
    logging.disable(logging.ERROR)
    yield history
    logging.disable(logging.NOTSET)


def told(change: dict[Any, int]) -> str:
    return "\n".join(f"{times:+d} {row}" for row, times in change.items())


def delivered(now: dt.datetime) -> Picture:
    """What there is once everything was delivered; afterwards it is not."""
    with undone():
        events.drain(now=now)
        return effects()


def replaced(patched: pytest.MonkeyPatch, names: set[str], make: Callable[[Any], Any]) -> None:
    """Put something else in the place of these handlers."""
    for event, registered in events._handlers.items():
        for name in names & set(registered):
            patched.setitem(events._handlers[event], name, make(registered[name]))


def test_five_times_and_out_of_order_is_as_good_as_once(now: dt.datetime) -> None:
    """Every handler there is has something to react to, and reacting five times leaves what reacting once does."""
    before, once = effects(), delivered(now)
    assert of_apps(once, "orders") == of_apps(before, "orders")
    with undone():
        deliver_by_hand(times=5, luck=random.Random(1), now=now)
        assert not (change := difference(once, effects())), told(change)
        happened = set(OutboxEvent.objects.values_list("name", flat=True))
        assert {handler for handler, event in handlers().items() if event not in happened} == set()


def test_who_dies_after_writing_leaves_nothing_half_done_and_does_it_once_later(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each handler dies at each event once, after all it wrote and before the commit."""
    before, once = effects(), delivered(now)
    died: set[str] = set()

    def dying(handler: Any) -> Any:
        def dies(event: Any, moment: dt.datetime) -> None:
            handler(event, moment)
            if (once_only := f"{handler} {event}") not in died:
                died.add(once_only)
                raise ConnectionError("the worker is gone before the commit")

        return dies

    replaced(monkeypatch, set(handlers()), dying)
    events.drain(now=now)
    assert not (change := difference(before, effects())), told(change)
    assert set(EventDelivery.objects.values_list("status", "attempts")) == {(WAITING, 1)}
    for minutes in (1, 2, 3, 4):
        events.drain(now=now + dt.timedelta(minutes=minutes))
    assert not (change := difference(once, effects())), told(change)
    assert set(EventDelivery.objects.values_list("status", flat=True)) == {DONE}
    assert set(EventDelivery.objects.values_list("handler", flat=True)) == set(handlers())


def test_one_that_is_broken_for_an_hour_hurts_nobody_else(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other handler of each event: they are parked, their neighbours and the sender notice nothing, and run again
    they do what they should have done."""
    whole = delivered(now)

    def breaking(_handler: Any) -> Any:
        def breaks(_event: Any, _moment: dt.datetime) -> None:
            raise RuntimeError("out of order")

        return breaks

    for broken in rounds():
        with monkeypatch.context() as patched:
            replaced(patched, broken, lambda _handler: lambda _event, _moment: None)
            without = delivered(now)
        with undone():
            with monkeypatch.context() as patched:
                replaced(patched, broken, breaking)
                for minutes in (0, 1, 2, 4, 8, 16, 32, 59):
                    events.drain(now=now + dt.timedelta(minutes=minutes))
            assert not (change := difference(without, effects())), told(change)
            theirs = EventDelivery.objects.filter(handler__in=broken)
            assert set(theirs.values_list("status", "attempts")) == {(PARKED, MOST_ATTEMPTS)}
            others = EventDelivery.objects.exclude(handler__in=broken)
            assert set(others.values_list("status", "attempts")) == {(DONE, 1)}

            for delivery in theirs:
                events.run_again(delivery, now=now + HOUR)
            events.drain(now=now + HOUR)
            assert not (change := difference(whole, effects())), told(change)


def rounds() -> list[set[str]]:
    """All handlers in two halves: of the handlers of an event, every other one."""
    each = [list(registered) for registered in events._handlers.values()]
    return [{name for names in each for name in names[half::2]} for half in (0, 1)]
