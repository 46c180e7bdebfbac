"""What back office and operators share of exports: how one is asked for, how far it is, and the file of it."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language

from common.exports.downloads import is_open
from common.exports.errors import REASONS
from common.exports.jobs import request_export
from common.exports.reports import report_of
from common.models import ExportJob
from web.access import person

NOTHING_NEW = 204
STOP_POLLING = 286
Status = ExportJob.Status


@dataclass(frozen=True)
class Export:
    """An export as pages show it; `opens` says whether its file can be fetched."""

    job: ExportJob
    title: str | Promise
    opens: bool

    @property
    def is_over(self) -> bool:
        return self.job.status not in (Status.QUEUED, Status.RUNNING)

    @property
    def may_repeat(self) -> bool:
        return self.job.status == Status.FAILED or (self.job.status in (Status.DONE, Status.EXPIRED) and not self.opens)

    @property
    def reason(self) -> str | Promise:
        """Why it failed and what to do."""
        return REASONS.get(self.job.error, "")

    @property
    def seen(self) -> str:
        """What changes when there is something new to see."""
        return f"{self.job.status}-{self.job.rows_done}"


def shown(job: ExportJob, *, now: dt.datetime) -> Export:
    """As pages show it."""
    return Export(job, report_of(job.report).title, is_open(job, now=now))


def ask(request: HttpRequest, *, report: str, scope: str, now: dt.datetime) -> ExportJob:
    """Ask for the list whose parameters stand in the address, in the format of the pressed button."""
    query = request.GET.copy()
    for name in ("page", "p"):
        query.pop(name, None)
    wanted = request.POST.get("format", "")
    return request_export(
        report=report,
        scope=scope,
        query=query.urlencode(),
        format=ExportJob.Format(wanted if wanted in ExportJob.Format.values else ExportJob.Format.XLSX),
        language=get_language() or "",
        actor_id=person(request).pk,
        now=now,
    )


def progress(request: HttpRequest, template: str, export: Export, **context: object) -> HttpResponse:
    """The progress alone: 204 while nothing changed, 286 when there is nothing more to come."""
    if not export.is_over and request.GET.get("seen") == export.seen:
        return HttpResponse(status=NOTHING_NEW)
    status = STOP_POLLING if export.is_over else 200
    return render(request, template, context | {"export": export}, status=status)
