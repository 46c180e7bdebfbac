"""Writing a file: a worker holds a lease on it and renews it with every chunk.

Who is killed loses the lease, and the next one starts the file anew. Who comes back late finds that it is no longer
theirs, and stops.
"""

import datetime as dt
import logging
import tempfile
from typing import IO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from common.advisory import lock
from common.clock import database_now
from common.exports.errors import BROKEN, INTERRUPTED, TOO_LONG
from common.exports.reports import Asked, chunks, report_of, size
from common.exports.sheets import sheet
from common.models import ExportJob
from common.storage import private_storage

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 3
# A sheet of Excel's has 1,048,576 rows.
MOST_ROWS = 1_000_000
Status = ExportJob.Status


class Superseded(Exception):
    """Somebody else has taken the job over."""


class TooLong(Exception):
    """More rows than a sheet holds."""


def write_next(*, now: dt.datetime) -> bool:
    """Write the export that has waited longest, unless another worker is busy with one. Whether there was one."""
    job = _claim(now=now)
    if job is not None:
        write(job)
    return job is not None


@transaction.atomic
def _claim(*, now: dt.datetime) -> ExportJob | None:
    """One at a time in the whole house, so that the other workers stay free for orders and money."""
    lock("exports")
    running = ExportJob.objects.filter(status=Status.RUNNING)
    running.filter(lease_until__lte=now, attempts__gte=MOST_ATTEMPTS).update(
        status=Status.FAILED, error=INTERRUPTED, done_at=now
    )
    if running.filter(lease_until__gt=now).exists():
        return None
    due = ExportJob.objects.filter(Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_until__lte=now))
    job = due.select_for_update().order_by("requested_at", "pk").first()
    if job is None:
        return None
    job.status, job.attempts, job.lease_until, job.rows_done = Status.RUNNING, job.attempts + 1, now + LEASE, 0
    job.save(update_fields=["status", "attempts", "lease_until", "rows_done"])
    return job


def write(job: ExportJob) -> None:
    """Write the file of a job whose lease is ours. What goes wrong becomes its state; nothing is raised."""
    try:
        with tempfile.TemporaryFile() as file, translation.override(job.language):
            _fill(job, file)
            _finish(job, file)
    except Superseded:
        logger.info("export was taken over", extra={"export": job.code})
    except TooLong:
        _fail(job, TOO_LONG)
    except Exception:
        logger.exception("export failed", extra={"export": job.code, "report": job.report})
        _fail(job, BROKEN)
    job.refresh_from_db()


def _fill(job: ExportJob, file: IO[bytes]) -> None:
    report = report_of(job.report)
    found = report.find(Asked.by(job))
    total, done = size(found), 0
    if total > MOST_ROWS:
        raise TooLong
    _keep(job, rows_total=total)
    with sheet(file, job.format, report.titles) as opened:
        for chunk in chunks(found):
            for row in report.rows(chunk):
                opened.write(report.cells(row))
            done += len(chunk)
            _keep(job, rows_done=done)


def _ours(job: ExportJob) -> QuerySet[ExportJob]:
    """The job's row, as long as nobody else has taken it over."""
    return ExportJob.objects.filter(pk=job.pk, status=Status.RUNNING, attempts=job.attempts)


def _keep(job: ExportJob, **progress: int) -> None:
    """Say how far it is, and hold on to it."""
    if not _ours(job).update(lease_until=database_now() + LEASE, **progress):
        raise Superseded


def _finish(job: ExportJob, file: IO[bytes]) -> None:
    storage, now = private_storage(), database_now()
    name = storage.save(_names(job)[-1], File(file))
    if not _ours(job).update(
        status=Status.DONE, file=name, done_at=now, expires_at=now + settings.EXPORT_LIFETIME, error=""
    ):
        storage.delete(name)
        raise Superseded
    for unfinished in _names(job)[:-1]:
        storage.delete(unfinished)


def _names(job: ExportJob) -> list[str]:
    """The file of each attempt so far."""
    return [f"exports/{job.code}-{attempt}.{job.format}" for attempt in range(1, job.attempts + 1)]


def _fail(job: ExportJob, error: str) -> None:
    _ours(job).update(status=Status.FAILED, error=error, done_at=database_now())
