"""J2: a small export is there at once, a large one is made in the background, once, whoever is killed meanwhile."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from common.exports import jobs, reports, writing
from common.exports.downloads import download
from common.exports.errors import ExportGone, NoSuchReport, NothingToRepeat, TooManyExports
from common.exports.reports import Column, Report
from common.models import AuditEntry, Budget, ExportJob
from common.registry import Registry
from tests.factories.accounts import make_user
from tests.fixtures.sheets import read_csv
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
Status = ExportJob.Status


@pytest.fixture(autouse=True)
def budgets(monkeypatch: pytest.MonkeyPatch) -> Registry[Report]:
    """One report, "test.budgets", of the rows whose scope is asked for."""
    mine: Registry[Report] = Registry("report")
    monkeypatch.setattr(reports, "reports", mine)
    columns = [Column("钥匙", lambda row: row.key), Column("次数", lambda row: row.count)]
    mine.register(
        "test.budgets",
        Report("额度", "look", columns, lambda asked: Budget.objects.filter(scope=asked.query.get("scope", "a"))),
    )
    return mine


@pytest.fixture
def alice() -> User:
    return make_user()


def make_rows(count: int, scope: str = "a") -> None:
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Budget.objects.bulk_create(
        Budget(scope=scope, key=str(number), window_starts_at=start, count=number) for number in range(count)
    )


def ask(alice: User, **changes: Any) -> ExportJob:
    wanted: dict[str, Any] = {
        "report": "test.budgets",
        "scope": "",
        "query": "",
        "format": ExportJob.Format.CSV,
        "language": "zh-hans",
        "actor_id": alice.pk,
        "now": NOW,
    }
    return jobs.request_export(**wanted | changes)


def rows_of(job: ExportJob) -> list[list[str]]:
    job.refresh_from_db()
    return read_csv(job.file.read())


def test_a_small_one_is_there_at_once(alice: User) -> None:
    make_rows(3)
    make_rows(2, "b")
    job = ask(alice)
    assert (job.status, job.rows_done, job.rows_total) == ("done", 3, 3)
    assert rows_of(job) == [["钥匙", "次数"], ["2", "2"], ["1", "1"], ["0", "0"]]
    assert job.file.name == f"exports/{job.code}-1.csv"
    assert rows_of(ask(alice, query="scope=b"))[1:] == [["1", "1"], ["0", "0"]]


def test_it_is_written_down_who_took_what(alice: User) -> None:
    job = ask(alice)
    entry = AuditEntry.objects.get(action="export.make")
    assert (entry.actor_id, entry.subject) == (alice.pk, f"export:{job.code}")
    assert entry.detail == {"report": "test.budgets", "scope": "", "format": "csv"}


def test_what_somebody_looked_for_stands_encrypted(alice: User) -> None:
    """A7: a phone number typed into a search box is personal data."""
    job = ask(alice, query="scope=13800000001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM common_exportjob WHERE id = %s", [job.pk])
        assert "13800000001" not in cursor.fetchone()[0]
    job.refresh_from_db()
    assert job.query == "scope=13800000001"


def test_five_thousand_rows_at_once_and_one_more_in_the_background(alice: User) -> None:
    make_rows(5_000)
    assert ask(alice).status == "done"
    Budget.objects.create(scope="a", key="one more", window_starts_at=NOW)
    job = ask(alice)
    assert (job.status, job.file.name, job.rows_done) == ("queued", "", 0)
    assert writing.write_next(now=NOW)
    job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_total) == ("done", 5_001, 5_001)
    keys = [key for key, _count in rows_of(job)[1:]]
    assert (len(keys), len(set(keys)), keys[0], keys[-1]) == (5_001, 5_001, "one more", "0")
    assert not writing.write_next(now=NOW)


def test_a_chunk_is_one_query_and_begins_where_the_last_one_ended(
    alice: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    make_rows(40)
    monkeypatch.setattr(reports, "CHUNK", 10)
    with django_assert_num_queries(5):
        assert [len(chunk) for chunk in reports.chunks(Budget.objects.filter(scope="a"))] == [10] * 4


def test_who_asks_twice_while_it_is_made_gets_the_same(alice: User, settings: Any) -> None:
    settings.EXPORT_AT_ONCE_ROWS = 1
    make_rows(2)
    job = ask(alice)
    assert ask(alice).pk == job.pk
    assert ask(alice, format=ExportJob.Format.XLSX).pk != job.pk
    assert ask(make_user(name="Bob")).pk != job.pk
    writing.write_next(now=NOW)
    assert ask(alice).pk != job.pk


class TestKilled:
    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        settings.EXPORT_AT_ONCE_ROWS = 1
        monkeypatch.setattr(reports, "CHUNK", 2)
        make_rows(6)

    def kill_after(self, budgets: Registry[Report], monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
        """The worker dies when it has written so many rows: nothing of it is caught by anybody."""
        report, seen = budgets["test.budgets"], []

        def dies(row: Any) -> str:
            seen.append(row)
            if len(seen) > rows:
                raise SystemExit
            return str(row.key)

        monkeypatch.setitem(
            budgets._entries, "test.budgets", Report(report.title, report.right, [Column("钥匙", dies)], report.find)
        )

    def test_another_worker_makes_it_whole(
        self, alice: User, budgets: Registry[Report], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = ask(alice)
        with monkeypatch.context() as patched:
            self.kill_after(budgets, patched, 3)
            with pytest.raises(SystemExit):
                writing.write_next(now=NOW)
        job.refresh_from_db()
        killed_at = timezone.now()
        assert (job.status, job.rows_done, job.rows_total) == ("running", 2, 6)
        assert not writing.write_next(now=killed_at + MINUTE), "the lease still runs"
        assert writing.write_next(now=killed_at + 3 * MINUTE)
        job.refresh_from_db()
        assert (job.status, job.rows_done, job.attempts) == ("done", 6, 2)
        assert [key for key, _count in rows_of(job)[1:]] == ["5", "4", "3", "2", "1", "0"]

    def test_after_three_times_it_says_so_and_can_be_repeated(
        self, alice: User, budgets: Registry[Report], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = ask(alice)
        with monkeypatch.context() as patched:
            for attempt in range(3):
                self.kill_after(budgets, patched, 0)
                with pytest.raises(SystemExit):
                    writing.write_next(now=timezone.now() + 3 * attempt * MINUTE)
        later = timezone.now() + 20 * MINUTE
        assert not writing.write_next(now=later)
        job.refresh_from_db()
        assert (job.status, job.error) == ("failed", "interrupted")
        jobs.repeat(job=job, actor_id=alice.pk, now=later)
        assert writing.write_next(now=later)
        job.refresh_from_db()
        assert (job.status, job.error, job.rows_done) == ("done", "", 6)

    def test_who_comes_back_late_leaves_the_other_s_file_alone(
        self, alice: User, budgets: Registry[Report], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A worker sleeps through its lease in the middle of a file, and another one takes over."""
        job = ask(alice)
        report, slept = budgets["test.budgets"], list[Any]()

        def sleepy(row: Any) -> str:
            if not slept:
                slept.append(row)
                assert writing.write_next(now=timezone.now() + 3 * MINUTE)
            return str(row.key)

        monkeypatch.setitem(
            budgets._entries, "test.budgets", Report(report.title, report.right, [Column("钥匙", sleepy)], report.find)
        )
        writing.write_next(now=NOW)
        job.refresh_from_db()
        assert (job.status, job.attempts, job.file.name) == ("done", 2, f"exports/{job.code}-2.csv")
        assert len(rows_of(job)) == 7


def test_what_breaks_becomes_a_state_with_a_reason(
    alice: User, budgets: Registry[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rows(1)
    report = budgets["test.budgets"]
    broken = Report(report.title, report.right, [Column("坏", lambda row: row.nothing)], report.find)
    with monkeypatch.context() as patched:
        patched.setitem(budgets._entries, "test.budgets", broken)
        job = ask(alice)
    assert (job.status, job.error, job.file.name) == ("failed", "broken", "")
    with pytest.raises(ExportGone):
        download(job, now=NOW)
    jobs.repeat(job=job, actor_id=alice.pk, now=NOW)
    assert AuditEntry.objects.filter(action="export.repeat", subject=f"export:{job.code}").count() == 1
    writing.write_next(now=NOW)
    job.refresh_from_db()
    assert job.status == "done"
    with pytest.raises(NothingToRepeat):
        jobs.repeat(job=job, actor_id=alice.pk, now=NOW)


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_rows(3)
    monkeypatch.setattr(writing, "MOST_ROWS", 2)
    job = ask(alice)
    assert (job.status, job.error) == ("failed", "too_long")


def test_a_link_expires_and_its_file_is_deleted(alice: User) -> None:
    make_rows(1)
    job = ask(alice)
    assert job.expires_at
    assert b"".join(download(job, now=job.expires_at - MINUTE)).startswith("\ufeff".encode())
    with pytest.raises(ExportGone):
        download(job, now=job.expires_at)
    storage, name = job.file.storage, str(job.file)
    jobs.clean(now=job.expires_at - MINUTE)
    assert storage.exists(name)
    jobs.clean(now=job.expires_at)
    job.refresh_from_db()
    assert (job.status, job.file.name, storage.exists(name)) == ("expired", "", False)
    jobs.repeat(job=job, actor_id=alice.pk, now=NOW)
    writing.write_next(now=NOW)
    job.refresh_from_db()
    assert job.status == "done"
    jobs.clean(now=NOW + 4 * DAY)
    jobs.clean(now=NOW + 400 * DAY)
    assert not ExportJob.objects.exists()


def test_sixty_an_hour_are_enough_for_anybody(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_AN_HOUR", 2)
    ask(alice)
    ask(alice)
    with pytest.raises(TooManyExports):
        ask(alice)
    assert ExportJob.objects.count() == 2
    assert ask(make_user(name="Bob")).status == "done"


def test_what_nobody_contributed_is_no_report(alice: User) -> None:
    with pytest.raises(NoSuchReport):
        ask(alice, report="test.nothing")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_each_file_once(alice: User, settings: Any) -> None:
    settings.EXPORT_AT_ONCE_ROWS = 0
    make_rows(3)
    waiting = [ask(alice, format=format) for format in ExportJob.Format]
    for _round in range(4):
        outcomes = at_once(2, lambda _worker: writing.write_next(now=timezone.now()))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    for job in waiting:
        job.refresh_from_db()
        assert (job.status, job.attempts, job.rows_done) == ("done", 1, 3)
