"""K2: how many messages left the house, by day and channel."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from notifications.selectors.dispatches import by_day_and_channel
from notifications.states import ChannelName, DispatchState

DAYS = 30


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """The last thirty days, newest first."""
    if not request.user.has_perm("notifications.view_dispatch"):
        raise PermissionDenied
    rows = [
        (row, ChannelName(row.channel).label, [row.counts[state] for state in DispatchState])
        for row in by_day_and_channel(now=timezone.now(), days=DAYS)
    ]
    frame = admin.site.each_context(request) | {"title": _("消息数量")}
    return render(request, "admin/message_days.html", frame | {"rows": rows, "states": list(DispatchState)})
