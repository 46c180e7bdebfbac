"""What I was told."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from notifications.selectors.inbox import messages_of
from notifications.services.inbox import mark_read
from web.access import person, signed_in

PAGE = 20


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first; what is unread stands out."""
    page = Paginator(messages_of(person(request).pk), PAGE).get_page(request.GET.get("page"))
    return render(request, "storefront/inbox/index.html", {"tab": "me", "page": page})


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
