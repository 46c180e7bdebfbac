"""Events: delivered at least once, effective once, and nobody's failure hurts anybody else."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.db.models import F

from common import events
from common.events import MOST_ATTEMPTS, Event, drain, handles, handles_many, publish, relay, run_again
from common.models import Budget, EventDelivery, OutboxEvent
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Rang(Event):
    bell: int


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch):
    """Handlers registered in a test are forgotten after it."""
    monkeypatch.setattr(events, "_handlers", events.defaultdict(dict))
    monkeypatch.setattr(events, "_event_types", {})


def hear(event, now):
    """Write one row with each call, so that two effects are two counts."""
    Budget.objects.get_or_create(scope="heard", key=str(event.bell), window_starts_at=NOW)
    Budget.objects.filter(scope="heard", key=str(event.bell)).update(count=F("count") + 1)


def heard():
    return {int(row.key): row.count for row in Budget.objects.filter(scope="heard")}


def test_an_event_is_named_after_its_app():
    assert events.name_of(Rang) == "tests.Rang"


@pytest.mark.django_db
def test_an_event_reaches_its_handler_once():
    handles(Rang)(hear)
    publish(Rang(bell=1), Rang(bell=2))
    drain(now=NOW)
    drain(now=NOW)
    assert heard() == {1: 1, 2: 1}


@pytest.mark.django_db
def test_an_event_that_was_rolled_back_never_happened():
    handles(Rang)(hear)

    @transaction.atomic
    def fails():
        publish(Rang(bell=1))
        raise RuntimeError("the sender fails")

    with pytest.raises(RuntimeError):
        fails()
    assert drain(now=NOW) == 0
    assert heard() == {}


@pytest.mark.django_db
def test_who_has_no_more_time_leaves_the_rest_to_the_next(monkeypatch):
    """A flood of news must not keep a worker from everything else that is due."""
    monkeypatch.setattr(events, "relay", lambda **asked: relay(**asked, limit=1))
    handles(Rang)(hear)
    publish(Rang(bell=1), Rang(bell=2), Rang(bell=3))
    assert drain(now=NOW, seconds=0) == 2
    assert heard() == {1: 1}
    drain(now=NOW)
    assert heard() == {1: 1, 2: 1, 3: 1}


@pytest.mark.django_db
def test_an_event_that_nobody_handles_is_put_away():
    publish(Rang(bell=1))
    assert drain(now=NOW) == 1
    assert OutboxEvent.objects.filter(relayed_at=NOW).count() == 1


@pytest.mark.django_db
def test_a_failing_handler_leaves_no_half_done_work_and_hurts_nobody():
    @handles(Rang)
    def fails(event, now):
        hear(event, now)
        raise RuntimeError("no")

    @handles(Rang)
    def works(event, now):
        hear(event, now)

    publish(Rang(bell=1))
    drain(now=NOW)
    assert heard() == {1: 1}
    failed = EventDelivery.objects.get(handler__endswith=".fails")
    assert (failed.status, failed.attempts, failed.error) == ("waiting", 1, "RuntimeError: no")
    assert failed.due_at == NOW + dt.timedelta(seconds=5)


@pytest.mark.django_db
def test_a_handler_that_recovers_takes_effect_once():
    calls = []

    @handles(Rang)
    def fails_twice(event, now):
        calls.append(now)
        hear(event, now)
        if len(calls) < 3:
            raise RuntimeError("not yet")

    publish(Rang(bell=1))
    for minute in range(5):
        drain(now=NOW + dt.timedelta(minutes=minute))
    assert len(calls) == 3
    assert heard() == {1: 1}
    assert EventDelivery.objects.get().status == "done"


@pytest.mark.django_db
def test_a_handler_is_not_tried_again_before_its_time():
    @handles(Rang)
    def fails(event, now):
        raise RuntimeError("no")

    publish(Rang(bell=1))
    drain(now=NOW)
    assert drain(now=NOW + dt.timedelta(seconds=4)) == 0
    assert drain(now=NOW + dt.timedelta(seconds=5)) == 1


@pytest.mark.django_db
def test_a_hopeless_delivery_is_parked_until_an_operator_runs_it_again():
    fail = True

    @handles(Rang)
    def hopeless(event, now):
        if fail:
            raise RuntimeError("no")
        hear(event, now)

    publish(Rang(bell=1))
    for hour in range(MOST_ATTEMPTS + 3):
        drain(now=NOW + dt.timedelta(hours=hour))
    parked = EventDelivery.objects.get()
    assert (parked.status, parked.attempts) == ("parked", MOST_ATTEMPTS)

    fail = False
    tomorrow = NOW + dt.timedelta(days=1)
    run_again(parked, now=tomorrow)
    drain(now=tomorrow)
    assert heard() == {1: 1}
    run_again(parked, now=tomorrow)
    assert drain(now=tomorrow) == 0
    assert heard() == {1: 1}


@pytest.mark.django_db
def test_who_hears_of_many_hears_of_each_once():
    batches = []

    @handles_many(Rang)
    def hears(rung, now):
        batches.append([event.bell for event in rung])
        for event in rung:
            hear(event, now)

    publish(Rang(bell=1), Rang(bell=2), Rang(bell=3))
    drain(now=NOW)
    assert batches == [[1, 2, 3]]
    assert heard() == {1: 1, 2: 1, 3: 1}
    assert EventDelivery.objects.filter(status="done", attempts=1, done_at=NOW).count() == 3


@pytest.mark.django_db
def test_of_many_only_what_fails_is_postponed_and_nothing_is_half_done():
    @handles_many(Rang)
    def stumbles(rung, now):
        for event in rung:
            hear(event, now)
            if event.bell == 2:
                raise RuntimeError("no")

    publish(Rang(bell=1), Rang(bell=2), Rang(bell=3))
    drain(now=NOW)
    assert heard() == {1: 1, 3: 1}
    failed = EventDelivery.objects.get(status="waiting")
    assert (failed.event.payload, failed.attempts, failed.error) == ({"bell": 2}, 1, "RuntimeError: no")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_relays_at_once_deliver_many_together_and_each_once():
    @handles_many(Rang)
    def hears(rung, now):
        for event in rung:
            hear(event, now)

    publish(*(Rang(bell=bell) for bell in range(40)))
    outcomes = at_once(8, lambda _index: drain(now=NOW))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    drain(now=NOW)
    assert heard() == dict.fromkeys(range(40), 1)
    assert EventDelivery.objects.filter(status="done", attempts=1).count() == 40


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_relays_at_once_deliver_each_event_once():
    handles(Rang)(hear)
    publish(*(Rang(bell=bell) for bell in range(40)))
    outcomes = at_once(8, lambda _index: drain(now=NOW))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    drain(now=NOW)
    assert heard() == dict.fromkeys(range(40), 1)
    assert EventDelivery.objects.filter(status="done", attempts=1).count() == 40


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_a_delivery_takes_effect_more_than_once(monkeypatch):
    """The counter-test: the same eight, running what is due without asking whether somebody else has it."""
    handles(Rang)(hear)
    publish(Rang(bell=1))
    events._fan_out(now=NOW, limit=10)
    delivery = EventDelivery.objects.select_related("event").get()
    Budget.objects.create(scope="heard", key="1", window_starts_at=NOW)

    def careless(_index):
        with transaction.atomic():
            events._handle(delivery, now=NOW)

    at_once(8, careless)
    assert heard()[1] > 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_is_counted_once_however_many_relay():
    @handles(Rang)
    def fails(event, now):
        raise RuntimeError("no")

    publish(*(Rang(bell=bell) for bell in range(10)))
    relay(now=NOW)
    later = NOW + dt.timedelta(seconds=5)
    outcomes = at_once(4, lambda _index: relay(now=later))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert set(EventDelivery.objects.values_list("status", flat=True)) == {"waiting"}
    assert min(EventDelivery.objects.values_list("attempts", flat=True)) == 2
