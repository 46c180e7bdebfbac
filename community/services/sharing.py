"""C3: personal links, and who brought whom."""

import datetime as dt

from django.db.models import F

from accounts.models import User
from community.models import Invitation, SharedOrder, ShareLink
from community.states import Shared
from orders.models import Order


def link_of(*, user: User, kind: Shared, code: str, now: dt.datetime) -> ShareLink:
    """A person's link to a subject: the one they have, or a new one. Asked for twice at once, it is still one."""
    link, _new = ShareLink.objects.get_or_create(
        sharer=user, subject_kind=kind, subject_code=code, defaults={"made_at": now}
    )
    return link


def visited(*, link: ShareLink) -> None:
    """Somebody else opened the link."""
    ShareLink.objects.filter(pk=link.pk).update(visits=F("visits") + 1)


def invited(*, invitee: User, link: ShareLink, now: dt.datetime) -> Invitation | None:
    """Write down who brought a newcomer, once and for ever; answers what stands. Nobody invites themselves: None."""
    if link.sharer_id == invitee.pk:
        return None
    invitation, _new = Invitation.objects.get_or_create(
        invitee=invitee, defaults={"inviter_id": link.sharer_id, "link": link, "registered_at": now}
    )
    return invitation


def credit(*, order: Order, link: ShareLink) -> None:
    """Write down that an order came through a neighbour's link to what was ordered; any other link earns nothing."""
    leads_there = (link.subject_kind, link.subject_code) == (order.source_kind, order.source_code)
    if leads_there and link.sharer_id != order.buyer_id:
        SharedOrder.objects.bulk_create([SharedOrder(order=order, link=link)], ignore_conflicts=True)
