"""J1: who looks at a page is counted beside it: without a cookie, without bots, and never in its way."""

import datetime as dt
import logging
from typing import Protocol

from django.db import DatabaseError
from django.http import HttpRequest

from accounts.models import User
from accounts.networks import network_of
from analytics.services.visiting import record_visit
from web.clients import client_address

logger = logging.getLogger(__name__)

# What programs say of themselves that look at pages for nobody; the previews of chat apps are among them.
PROGRAMS = (
    "bot",
    "spider",
    "crawl",
    "slurp",
    "preview",
    "monitor",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
)


class Shown(Protocol):
    """A campaign or a channel code, as far as a visit is counted to it."""

    @property
    def pk(self) -> int: ...

    @property
    def merchant_id(self) -> int | None: ...


def seen(
    request: HttpRequest, *, campaign: Shown | None = None, channel: Shown | None = None, now: dt.datetime
) -> None:
    """Somebody opened a campaign's page, or came by a channel code. What goes wrong with it stays in the log."""
    if request.method != "GET" or is_program(request):
        return
    shop = campaign or channel
    try:
        record_visit(
            person=_person(request),
            merchant_id=shop.merchant_id if shop else None,
            campaign_id=campaign.pk if campaign else None,
            channel_id=channel.pk if channel else None,
            now=now,
        )
    except DatabaseError:
        logger.exception("a visit was not counted")


def is_program(request: HttpRequest) -> bool:
    """Whether it calls itself one, or nothing at all."""
    agent = request.headers.get("User-Agent", "").lower()
    return not agent or any(word in agent for word in PROGRAMS)


def _person(request: HttpRequest) -> str:
    if isinstance(request.user, User):
        return f"user:{request.user.pk}"
    return f"{network_of(client_address(request))}|{request.headers.get('User-Agent', '')}"
