"""J2: asking for a list as a file, watching it being made, fetching it. Whoever may see a list may have it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import NotFound, Refusal
from common.exports.downloads import download
from common.exports.jobs import repeat as repeat_export
from common.exports.reports import Report
from common.models import ExportJob
from web.backoffice.access import NotYourJob, Right, Shop, needs
from web.backoffice.exports.contributing import PREFIX, report_named, reports_for
from web.backoffice.shell import show
from web.exporting import Export, ask, progress, shown
from web.keyset import keyset_page

# They say nothing without a campaign.
OF_ONE_THING = {"picking"}


@needs(Right.HOME)
def exports(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What was exported of this shop, newest first, of the lists this person may see."""
    page = keyset_page(request.GET, exports_of(shop).select_related("requested_by"))
    now = timezone.now()
    context = {"page": page, "rows": [shown(job, now=now) for job in page], "query": "", "whole": whole_lists(shop)}
    return show(request, shop, "exports/index.html", context, here="exports")


@needs(Right.HOME)
@require_POST
def make(request: HttpRequest, shop: Shop, report: str) -> HttpResponseBase:
    """A list as a file: a small one is the answer, a large one has a page of its own while it is made."""
    if report_named(report).right not in shop.rights:
        raise NotYourJob
    now = timezone.now()
    job = ask(request, report=PREFIX + report, scope=shop.code, now=now)
    if shown(job, now=now).opens:
        return download(job, now=now)
    return redirect("backoffice:export", shop.code, job.code)


@needs(Right.HOME)
def export(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """How far it is, and then the link."""
    return show(request, shop, "exports/export.html", {"export": _export(shop, code)}, here="exports")


@needs(Right.HOME)
def live(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """How far it is, for a page that asks again and again."""
    return progress(request, "backoffice/exports/_progress.html", _export(shop, code), shop=shop)


@needs(Right.HOME)
def file(request: HttpRequest, shop: Shop, code: str) -> HttpResponseBase:
    """The file, until its link expires."""
    return download(_export(shop, code).job, now=timezone.now())


@needs(Right.HOME)
@require_POST
def repeat(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Once more, after it failed or expired."""
    job = _export(shop, code).job
    try:
        repeat_export(job=job, actor_id=shop.actor_id, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已经重新排队"))
    return redirect("backoffice:export", shop.code, job.code)


def exports_of(shop: Shop) -> QuerySet[ExportJob]:
    """The exports of this shop that this person may see."""
    mine = [PREFIX + name for name, _report in reports_for(shop.rights)]
    return ExportJob.objects.filter(scope=shop.code, report__in=mine)


def whole_lists(shop: Shop) -> list[tuple[str, Report]]:
    """The lists this person may have without narrowing them first."""
    return [(name, report) for name, report in reports_for(shop.rights) if name not in OF_ONE_THING]


def _export(shop: Shop, code: str) -> Export:
    """One of them. Raises NotFound for anybody else's."""
    job = exports_of(shop).filter(code=code).first()
    if job is None:
        raise NotFound
    return shown(job, now=timezone.now())
