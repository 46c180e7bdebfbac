"""Statements that must always be true: what breaks them is found and named."""

import datetime as dt
import json
import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import StaffMember
from common import invariants
from common.invariants import Invariant, all_invariants, check, check_all, declare, rows_seen
from common.models import Alert, OutboxEvent
from common.registry import Registry
from common.tasks import check_invariants
from common.watching import watch
from tests.factories.accounts import make_merchant, make_user


@pytest.fixture
def own_list(monkeypatch):
    """A list of statements that a test may add to."""
    monkeypatch.setattr(invariants, "_invariants", Registry("invariant"))


@pytest.mark.django_db
def test_every_declared_statement_is_a_query_that_runs():
    assert len(all_invariants()) >= 3
    assert check_all() == []


@pytest.mark.django_db
def test_what_breaks_a_statement_is_shown_up_to_twenty_rows(own_list):
    declare("no_numbers", "没有数字", "SELECT n FROM generate_series(1, 30) AS n")
    (violation,) = check_all()
    assert (violation.invariant, len(violation.rows), violation.rows[0]) == ("no_numbers", 20, ["1"])


@pytest.mark.django_db
def test_a_statement_for_quiet_times_is_left_out_while_things_move(own_list):
    declare("settled", "都结清了", "SELECT 1", settled=True)
    assert check_all(include_settled=False) == []
    assert len(check_all()) == 1


@pytest.mark.django_db
def test_a_name_is_declared_once(own_list):
    declare("one", "一", "SELECT 1 WHERE false")
    with pytest.raises(LookupError, match="twice"):
        declare("one", "一", "SELECT 1 WHERE false")


@pytest.mark.django_db
def test_a_statement_that_holds_is_silent():
    assert check(Invariant("fine", "没事", "SELECT 1 WHERE false")) is None


@pytest.mark.django_db
def test_the_command_says_how_much_it_looked_at_and_fails_when_it_must():
    make_user()
    told = StringIO()
    call_command("check_invariants", "--json", stdout=told)
    report = json.loads(told.getvalue())
    assert report["violations"] == []
    assert report["checked"] == len(all_invariants())
    assert report["rows_seen"]["accounts_user"] == 1

    StaffMember.objects.filter(merchant=make_merchant()).delete()
    told = StringIO()
    with pytest.raises(CommandError, match="do not hold"):
        call_command("check_invariants", "--json", stdout=told)
    assert [found["invariant"] for found in json.loads(told.getvalue())["violations"]] == ["merchant_has_owner"]


@pytest.mark.django_db
def test_a_number_in_clear_is_found():
    alice = make_user()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = '13800000001' WHERE id = %s", [alice.pk])
    (violation,) = check_all()
    assert violation.invariant == "personal_data_encrypted"
    assert violation.rows == [["user.phone", str(alice.pk)]]


@pytest.mark.django_db
def test_rows_seen_counts_our_tables_only():
    make_user()
    assert rows_seen()["accounts_user"] == 1
    assert not [table for table in rows_seen() if table.startswith("django_")]


@pytest.mark.django_db
def test_the_alarm_tells_what_is_stuck_and_a_broken_query_stops_no_other(own_list, caplog):
    """Every five minutes in production: what no sweep has brought on is told as well."""
    declare("broken", "写错了", "SELECT nothing_at_all")
    declare("stuck", "卡住了", "SELECT 7", settled=True)
    with caplog.at_level(logging.ERROR):
        check_invariants()
    assert [(record.message, record.invariant) for record in caplog.records] == [
        ("invariant could not be checked", "broken"),
        ("invariant violated", "stuck"),
    ]
    told = Alert.objects.order_by("pk").values_list("kind", "subject", "sentence", "detail")
    assert [(kind, subject, detail) for kind, subject, _sentence, detail in told] == [
        ("invariant_unchecked", "invariant:broken", {"error": "ProgrammingError"}),
        ("invariant", "invariant:stuck", {"rows": [["7"]]}),
    ]
    assert told[1][2] == "卡住了"


@pytest.mark.django_db
def test_a_violation_is_one_alert_for_as_long_as_it_stands_and_closes_by_itself(own_list):
    """It is told every five minutes, and counts; when the statement holds again, nobody has to close anything."""
    declare("few", "最多五行", "SELECT id FROM common_outboxevent")
    declare("fine", "没事", "SELECT 1 WHERE false")
    start, pause = timezone.now(), dt.timedelta(minutes=5)
    OutboxEvent.objects.bulk_create(OutboxEvent(name="x", payload={}) for _ in range(6))
    watch(now=start)
    watch(now=start + pause)
    alert = Alert.objects.get()
    assert (alert.subject, alert.times, len(alert.detail["rows"])) == ("invariant:few", 2, 5)
    assert (alert.first_seen_at, alert.last_seen_at, alert.closed_at) == (start, start + pause, None)
    OutboxEvent.objects.all().delete()
    watch(now=start + 2 * pause)
    alert.refresh_from_db()
    assert (alert.times, alert.closed_at, alert.closed_by) == (2, start + 2 * pause, None)


@pytest.mark.django_db
def test_a_statement_that_can_be_checked_again_is_trusted_again(own_list, monkeypatch):
    monkeypatch.setattr(invariants, "PATIENCE", "10ms")
    declare("slow", "慢", "SELECT 1 WHERE false AND pg_sleep(9) IS NULL OR pg_sleep(0.05) IS NULL")
    watch(now=timezone.now())
    assert Alert.objects.get().kind == "invariant_unchecked"
    monkeypatch.setattr(invariants, "PATIENCE", "5min")
    watch(now=timezone.now())
    assert Alert.objects.get().closed_at is not None


@pytest.mark.django_db
def test_events_that_are_stuck_or_tell_too_much_are_found():
    OutboxEvent.objects.create(name="orders.OrderPaid", payload={"phone": "13800000001"})
    long_ago = timezone.now() - dt.timedelta(minutes=6)
    OutboxEvent.objects.create(name="orders.OrderPaid", payload={"order_id": 12345678901234}, published_at=long_ago)
    found = {violation.invariant: len(violation.rows) for violation in check_all()}
    assert found == {"events_get_through": 1, "events_carry_no_phone_number": 1}
