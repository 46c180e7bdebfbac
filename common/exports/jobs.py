"""The life of an export: asked for, written at once or in the background, repeated, expired."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from common import audit
from common.budgets import take
from common.exports.errors import NothingToRepeat, TooManyExports
from common.exports.reports import Asked, at_most, report_of
from common.exports.writing import LEASE, write
from common.models import ExportJob
from common.storage import private_storage

MOST_AN_HOUR = 60
KEEP_RECORDS = dt.timedelta(days=365)
HOUR = dt.timedelta(hours=1)
Status = ExportJob.Status
OPEN = (Status.QUEUED, Status.RUNNING)


def request_export(
    *, report: str, scope: str, query: str, format: ExportJob.Format, language: str, actor_id: int, now: dt.datetime
) -> ExportJob:
    """Ask for a file: a small one is there when this returns, a large one waits for a worker.

    Who asks for the same again while it is being made gets what they asked for first. Raises NoSuchReport and
    TooManyExports.
    """
    job = ExportJob(
        report=report,
        scope=scope,
        query=query,
        format=format,
        language=language,
        requested_by_id=actor_id,
        requested_at=now,
    )
    at_once = _is_small(job)
    if running := _being_made(job):
        return running
    _begin(job, at_once=at_once, now=now)
    if at_once:
        write(job)
    return job


def _is_small(job: ExportJob) -> bool:
    limit = settings.EXPORT_AT_ONCE_ROWS
    return at_most(report_of(job.report).find(Asked.by(job)), limit + 1) <= limit


def _being_made(job: ExportJob) -> ExportJob | None:
    """The same, asked for by the same person and not finished; what narrows it is encrypted and compared here."""
    names = ("report", "scope", "format", "language", "requested_by_id")
    same = ExportJob.objects.filter(status__in=OPEN, **{name: getattr(job, name) for name in names})
    return next((other for other in same if other.query == job.query), None)


@transaction.atomic
def _begin(job: ExportJob, *, at_once: bool, now: dt.datetime) -> None:
    """Write down what is wanted, by whom, and who writes it."""
    _spend(job.requested_by_id, now=now)
    job.status = Status.RUNNING if at_once else Status.QUEUED
    if at_once:
        job.attempts, job.lease_until = 1, now + LEASE
    job.save()
    audit.record(
        actor_id=job.requested_by_id,
        action="export.make",
        subject=f"export:{job.code}",
        report=job.report,
        scope=job.scope,
        format=job.format,
    )


def _spend(actor_id: int, *, now: dt.datetime) -> None:
    if not take("export", str(actor_id), limit=MOST_AN_HOUR, window=HOUR, now=now):
        raise TooManyExports


@transaction.atomic
def repeat(*, job: ExportJob, actor_id: int, now: dt.datetime) -> None:
    """Make it once more, after it failed or expired, with the rows there are by then. Raises NothingToRepeat and
    TooManyExports."""
    over = ExportJob.objects.filter(pk=job.pk, status__in=[Status.FAILED, Status.EXPIRED], file="")
    changed = over.update(
        status=Status.QUEUED, attempts=0, rows_done=0, rows_total=None, error="", requested_at=now, expires_at=None
    )
    if not changed:
        raise NothingToRepeat
    _spend(actor_id, now=now)
    audit.record(actor_id=actor_id, action="export.repeat", subject=f"export:{job.code}", report=job.report)


def clean(*, now: dt.datetime) -> None:
    """Delete the files of links that have expired, and very old records."""
    ExportJob.objects.filter(status=Status.DONE, expires_at__lte=now).update(status=Status.EXPIRED)
    for job in ExportJob.objects.filter(status=Status.EXPIRED).exclude(file="").iterator():
        private_storage().delete(str(job.file))
        ExportJob.objects.filter(pk=job.pk, status=Status.EXPIRED).update(file="")
    ExportJob.objects.filter(requested_at__lt=now - KEEP_RECORDS, file="").exclude(status__in=OPEN).delete()
