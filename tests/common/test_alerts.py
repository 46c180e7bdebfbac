"""What only a person can put right is told once for as long as it stands."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.alerts import AlreadyClosed, close_alert, close_by_hand, raise_alert
from common.cleaning import clean
from common.models import Alert, AuditEntry
from tests.factories.accounts import make_user
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 28, 4, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def tell(
    *, subject: str = "campaign:7K2M", now: dt.datetime = NOW, sentence: str = "有一笔付款问不到", **detail: Any
) -> None:
    raise_alert(kind="campaign_stays_closing", subject=subject, sentence=sentence, now=now, **detail)


def close(*, now: dt.datetime = NOW) -> bool:
    return close_alert(kind="campaign_stays_closing", subject="campaign:7K2M", now=now)


@pytest.mark.django_db
def test_trouble_that_stands_is_one_alert_that_counts() -> None:
    tell(order="G1")
    tell(order="G2", now=NOW + 5 * MINUTE, sentence="还有一笔")
    alert = Alert.objects.get()
    assert (alert.times, alert.first_seen_at, alert.last_seen_at) == (2, NOW, NOW + 5 * MINUTE)
    assert (alert.sentence, alert.detail) == ("还有一笔", {"order": "G2"})


@pytest.mark.django_db
def test_each_subject_has_an_alert_of_its_own() -> None:
    tell()
    tell(subject="campaign:9XYZ")
    assert set(Alert.objects.values_list("subject", "times")) == {("campaign:7K2M", 1), ("campaign:9XYZ", 1)}


@pytest.mark.django_db
def test_trouble_that_is_over_and_comes_back_is_a_new_alert() -> None:
    tell()
    assert close(now=NOW + MINUTE)
    assert not close(now=NOW + 2 * MINUTE)
    tell(now=NOW + 3 * MINUTE)
    closed, still_open = Alert.objects.order_by("pk")
    assert (closed.closed_at, closed.closed_by, closed.note) == (NOW + MINUTE, None, "")
    assert (still_open.closed_at, still_open.times) == (None, 1)


@pytest.mark.django_db
def test_an_operator_closes_it_once_with_a_note_and_is_written_down() -> None:
    tell()
    alert, sophie = Alert.objects.get(), make_user(name="Sophie")
    close_by_hand(alert=alert, actor_id=sophie.pk, note="渠道补发了结果", now=NOW + MINUTE)
    with pytest.raises(AlreadyClosed):
        close_by_hand(alert=alert, actor_id=sophie.pk, note="又一次", now=NOW + 2 * MINUTE)
    alert.refresh_from_db()
    assert (alert.closed_at, alert.closed_by, alert.note) == (NOW + MINUTE, sophie, "渠道补发了结果")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.actor) == ("alert.close", f"alert:{alert.pk}", sophie)


@pytest.mark.django_db
def test_the_database_keeps_a_second_open_alert_out() -> None:
    tell()
    with pytest.raises(IntegrityError, match="alert_open_once"):
        Alert.objects.create(
            kind="campaign_stays_closing", subject="campaign:7K2M", first_seen_at=NOW, last_seen_at=NOW
        )


@pytest.mark.django_db
def test_what_was_closed_a_year_ago_is_forgotten_and_what_is_open_never() -> None:
    tell()
    close()
    tell()
    clean(now=NOW + dt.timedelta(days=366))
    assert Alert.objects.get().closed_at is None


@pytest.mark.django_db(transaction=True)
def test_an_alert_is_not_taken_back_with_the_work_that_failed() -> None:
    """Inside a transaction nothing is raised at all: its end might be a rollback, and nobody would ever hear."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        tell()
    assert not Alert.objects.exists()
    tell()
    assert Alert.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_workers_that_find_the_same_trouble_open_one_alert() -> None:
    assert at_once(8, lambda _index: tell()) == [None] * 8
    assert Alert.objects.get().times == 8
