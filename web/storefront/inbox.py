"""What I was told, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from notifications.models import Message
from notifications.selectors.inbox import messages_of
from notifications.services.inbox import mark_read
from web.access import person, signed_in
from web.keyset import keyset_page

ICONS = {
    "campaign": "stairs",
    "tier": "stairs",
    "refund": "back",
    "order": "receipt",
    "merchant": "store",
    "stock": "box",
    "review": "chat",
    "question": "chat",
}
ICONS_OF_KIND = {
    "choose_point": "pin",
    "order_ready": "box",
    "order_received": "check",
    "order_expired": "clock",
    "campaign_extended": "clock",
}


@dataclass(frozen=True)
class Told:
    """A message with the sign of what it is about."""

    message: Message
    icon: str


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first, under their days; what is unread stands out."""
    page = keyset_page(request.GET, messages_of(person(request).pk))
    context = {"tab": "me", "page": page, "days": _days(page.object_list)}
    return render(request, "storefront/inbox/index.html", context)


@signed_in
def read(request: HttpRequest, message_id: int) -> HttpResponse:
    """Open one of my messages: it counts as read, and leads where it leads."""
    user = person(request)
    message = messages_of(user.pk).filter(pk=message_id).first()
    if message is None:
        raise Http404
    mark_read(user_id=user.pk, message_ids=[message.pk], now=timezone.now())
    if message.url and url_has_allowed_host_and_scheme(message.url, allowed_hosts={request.get_host()}):
        return redirect(message.url)
    return redirect("storefront:inbox")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(user_id=person(request).pk, now=timezone.now())
    return redirect("storefront:inbox")


def _days(found: Iterable[Message]) -> list[list[Told]]:
    """The messages of each day together, in the order they have."""
    days = groupby(found, key=lambda message: timezone.localtime(message.sent_at).date())
    return [[Told(message, _icon(message.kind)) for message in messages] for _day, messages in days]


def _icon(kind: str) -> str:
    return ICONS_OF_KIND.get(kind) or ICONS.get(kind.partition("_")[0], "bell")
