"""The finished file, handed to whoever may have it; a guarded view asks that before."""

import datetime as dt

from django.http import FileResponse
from django.utils import timezone

from common.exports.errors import ExportGone
from common.exports.reports import report_of
from common.models import ExportJob


def is_open(job: ExportJob, *, now: dt.datetime) -> bool:
    """Whether the link still leads to the file."""
    return job.status == ExportJob.Status.DONE and job.expires_at is not None and job.expires_at > now


def download(job: ExportJob, *, now: dt.datetime) -> FileResponse:
    """The file, streamed, named after its report and its moment. Raises ExportGone."""
    if not is_open(job, now=now):
        raise ExportGone
    made = timezone.localtime(job.done_at).strftime("%Y%m%d-%H%M")
    name = f"{report_of(job.report).title}-{made}.{job.format}"
    response = FileResponse(job.file.open("rb"), as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
