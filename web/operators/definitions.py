"""J1: what the numbers mean, for operators, in the same words as in the shops."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from web.definitions import definitions


def metrics(request: HttpRequest) -> HttpResponse:
    """Every number by its name."""
    frame = admin.site.each_context(request) | {"title": _("指标说明"), "definitions": definitions()}
    return render(request, "admin/metrics.html", frame)
