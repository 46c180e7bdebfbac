"""J2: operators take the lists they may see as files; each sees what they asked for themselves."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import NotFound, Refusal
from common.exports.changelists import PREFIX
from common.exports.downloads import download
from common.exports.jobs import repeat as repeat_export
from common.exports.reports import report_of, reports
from common.models import ExportJob
from web.access import person
from web.exporting import Export, ask, progress, shown
from web.keyset import keyset_page

PAGE = 50


def exports(request: HttpRequest) -> HttpResponse:
    """What this operator exported, newest first."""
    page = keyset_page(request.GET, _mine(request), size=PAGE)
    now = timezone.now()
    return _page(request, "admin/exports.html", page=page, rows=[shown(job, now=now) for job in page])


@require_POST
def make(request: HttpRequest, report: str) -> HttpResponseBase:
    """A list as a file: a small one is the answer, a large one has a page of its own while it is made."""
    name = PREFIX + report
    if not request.user.has_perm(report_of(name).right):
        raise PermissionDenied
    now = timezone.now()
    job = ask(request, report=name, scope="", now=now)
    return download(job, now=now) if shown(job, now=now).opens else redirect("admin:export", job.code)


def export(request: HttpRequest, code: str) -> HttpResponse:
    """How far it is, and then the link."""
    return _page(request, "admin/export.html", export=_export(request, code))


def live(request: HttpRequest, code: str) -> HttpResponse:
    """How far it is, for a page that asks again and again."""
    return progress(request, "admin/_export_progress.html", _export(request, code))


def file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The file, until its link expires."""
    return download(_export(request, code).job, now=timezone.now())


@require_POST
def repeat(request: HttpRequest, code: str) -> HttpResponse:
    """Once more, after it failed or expired."""
    job = _export(request, code).job
    try:
        repeat_export(job=job, actor_id=person(request).pk, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已经重新排队"))
    return redirect("admin:export", job.code)


def _mine(request: HttpRequest) -> QuerySet[ExportJob]:
    """What this operator asked for, of the lists they may still see."""
    lists = [(name, report) for name, report in reports.items() if name.startswith(PREFIX)]
    visible = [name for name, report in lists if request.user.has_perm(report.right)]
    return ExportJob.objects.filter(requested_by=person(request), report__in=visible)


def _export(request: HttpRequest, code: str) -> Export:
    job = _mine(request).filter(code=code).first()
    if job is None:
        raise NotFound
    return shown(job, now=timezone.now())


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    frame = admin.site.each_context(request) | {"title": _("导出记录")}
    return render(request, template, frame | context)
