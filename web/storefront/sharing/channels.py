"""C3: whoever opens a channel code is remembered, in the session and with their account: the first code they opened in
thirty days that leads to a shop is owed their orders there, the first of all their coming."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from campaigns.states import PUBLIC
from marketing.models import ChannelCode
from marketing.selectors.channels import channel_by, first_for, first_in_use, touched_by
from marketing.services.channels import arrived, credit_channel
from orders.models import Order
from web.visits import seen

TOUCHES = "channels"
MOST_TOUCHES = 20
REMEMBERED = dt.timedelta(days=30)


@require_safe
@never_cache
def channel(request: HttpRequest, channel_code: str) -> HttpResponse:
    """A code from a leaflet or a notice board: remember it and go on to what it leads to. Retired, it only leads."""
    opened = channel_by(channel_code)
    if request.method == "GET" and opened.retired_at is None:
        now = timezone.now()
        _remember(request, opened, now=now)
        seen(request, campaign=opened.campaign, channel=opened, now=now)
    if opened.campaign is not None and opened.campaign.status in PUBLIC:
        return redirect("storefront:campaign", opened.campaign.code)
    return redirect("storefront:home")


def welcome_arrived(request: HttpRequest, user: User, *, now: dt.datetime) -> None:
    """Write down by which code this person came, who has just registered."""
    first = first_in_use(_touched(request, now=now))
    if first is not None:
        arrived(newcomer=user, channel=first, now=now)


def credit_channels(request: HttpRequest, order: Order, *, now: dt.datetime) -> None:
    """Credit an order that was just placed to the code its buyer came by, on this device or when they registered."""
    codes = [*touched_by(order.buyer_id, since=now - REMEMBERED), *_touched(request, now=now)]
    first = first_for(codes, order) if codes else None
    if first is not None:
        credit_channel(order=order, channel=first)


def _remember(request: HttpRequest, opened: ChannelCode, *, now: dt.datetime) -> None:
    touches: list[list[str]] = request.session.get(TOUCHES, [])
    if opened.code not in _touched(request, now=now):
        kept = [touch for touch in touches if touch[0] != opened.code]
        request.session[TOUCHES] = [*kept, [opened.code, now.isoformat()]][-MOST_TOUCHES:]


def _touched(request: HttpRequest, *, now: dt.datetime) -> list[str]:
    """The codes opened in this session, the first one first."""
    since = (now - REMEMBERED).isoformat()
    return [code for code, at in request.session.get(TOUCHES, []) if at >= since]
