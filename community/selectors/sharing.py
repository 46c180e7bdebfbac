"""Personal links, and what came of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Sum

from accounts.models import User
from community.errors import NoSuchLink
from community.models import Invitation, SharedOrder, ShareLink
from community.states import Shared
from orders.models import Order

MOST_PEOPLE = 200


@dataclass(frozen=True)
class Invited:
    """Somebody who registered through one of my links, as strangers may know them."""

    user_id: int
    shown_name: str
    registered_at: dt.datetime
    has_ordered: bool


@dataclass(frozen=True)
class Invitations:
    """What came of a person's links: how often they were opened, who registered, how many people ordered and paid."""

    opened: int
    registered: int
    ordered: int
    people: tuple[Invited, ...]


def link_by(code: str) -> ShareLink:
    """A personal link with the person it belongs to. Raises NoSuchLink."""
    link = ShareLink.objects.select_related("sharer").filter(code=code).first()
    if link is None:
        raise NoSuchLink
    return link


def link_to(code: str, *, kind: Shared, subject: str) -> ShareLink | None:
    """A personal link of this code, if it leads to this subject."""
    links = ShareLink.objects.select_related("sharer")
    return links.filter(code=code, subject_kind=kind, subject_code=subject).first()


def invitations_of(user: User) -> Invitations:
    """What came of a person's links, the newest neighbour first."""
    mine = ShareLink.objects.filter(sharer=user)
    paid = SharedOrder.objects.filter(link__sharer=user, order__paid_at__isnull=False)
    brought = Invitation.objects.filter(inviter=user)
    return Invitations(
        opened=mine.aggregate(total=Sum("visits"))["total"] or 0,
        registered=brought.count(),
        ordered=paid.values("order__buyer").distinct().count(),
        people=tuple(
            Invited(each.invitee_id, each.invitee.shown_name, each.registered_at, each.has_ordered)
            for each in brought.select_related("invitee")
            .annotate(has_ordered=Exists(Order.objects.filter(buyer=OuterRef("invitee"), paid_at__isnull=False)))
            .order_by("-registered_at", "-pk")[:MOST_PEOPLE]
        ),
    )
