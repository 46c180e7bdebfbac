"""Risk at a glance: how much of the register is under control, what waits, and how often each detector was right."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.money import format_rate
from risk.selectors.cases import ages
from risk.selectors.detectors import Record, Setting, records, settings_now
from risk.selectors.register import coverage
from risk.words import title_of

MAY_SEE = "risk.view_riskcase"


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Only for operators who may read cases."""
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    now = timezone.now()
    frame = admin.site.each_context(request) | {"title": _("风控")}
    return render(request, "admin/risk.html", frame | _register(now) | _cases(now))


def _register(now: dt.datetime) -> dict[str, Any]:
    stands = coverage(now=now)
    rows = [
        (_("已控制"), stands.controlled, "controlled"),
        (_("部分控制"), stands.partial, "partial"),
        (_("未控制"), stands.uncontrolled, "uncontrolled"),
        (_("已接受"), stands.accepted, "accepted"),
    ]
    share = _("还没有登记") if stands.share_bp is None else format_rate(stands.share_bp)
    return {"coverage": stands, "share": share, "states": rows}


def _cases(now: dt.datetime) -> dict[str, Any]:
    settings, found = settings_now(), records()
    rows = [_row(record, settings.get(key)) for key, record in found.items()]
    return {"ages": ages(now=now), "detectors": sorted(rows, key=lambda row: -row["record"].undecided)}


def _row(record: Record, setting: Setting | None) -> dict[str, Any]:
    """One detector, or a check of another app, which is set nowhere."""
    share = record.precision_bp
    return {
        "title": title_of(record.detector),
        "record": record,
        "precision": "—" if share is None else format_rate(share),
        "does": setting.action.label if setting and setting.is_on else (_("停用") if setting else _("冻结提现")),
    }
