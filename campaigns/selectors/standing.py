"""What one query says of a campaign and of the person who wants to join it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce

from accounts.models import Address, StaffMember, User
from campaigns.errors import NoSuchCampaign
from campaigns.models import Campaign, CampaignSku, Participant
from campaigns.pricing import Counts, Terms
from campaigns.selectors.terms import terms_at
from campaigns.states import PUBLIC
from common.prepared import Prepared, Slot
from community.models import TierBenefit
from community.states import BenefitKind
from orders.facts import BUYER, Found
from orders.services import quoting

CODE = Slot("code", TextField())
ADDRESS = Slot("address", TextField())


@dataclass(frozen=True)
class Standing:
    """The terms, the counters at this moment, and what of all this is the buyer's own."""

    terms: Terms
    status: str
    count: int
    early_birds: int
    places_taken: int
    pieces_left: Sequence[int]
    live_pieces: int
    buyer_is_staff: bool
    buyer_is_early: bool
    address_id: int | None
    # What the other apps' facts readers wanted to know of this buyer and this merchant.
    seen: Found


def standing_of(buyer: User, code: str, address: str, *, now: dt.datetime) -> Standing:
    """One query beyond cached terms, and definitions that are at hand. Raises NoSuchCampaign."""
    found = _standing.one(buyer=buyer.pk, code=code, address=address, now=now, **quoting.looks_slots(now))
    if found is None:
        raise NoSuchCampaign
    return Standing(
        terms=terms_at(code, found["version"]),
        status=found["status"],
        count=Counts(found["paid_participants"], found["paid_pieces"]).by(found["basis"]),
        early_birds=found["early_birds"],
        places_taken=found["places_taken"],
        pieces_left=found["pieces_left"],
        live_pieces=found["my_pieces"],
        buyer_is_staff=found["i_am_staff"],
        buyer_is_early=found["i_am_early"],
        address_id=found["my_address"],
        seen=found,
    )


def _written() -> QuerySet[Campaign, Any]:
    mine = Participant.objects.filter(campaign=OuterRef("pk"), user=BUYER)
    offers = CampaignSku.objects.filter(campaign=OuterRef("pk")).order_by("position", "pk")
    left = F("allotment__quantity") - F("allotment__reserved") - F("allotment__sold")
    staff = StaffMember.objects.filter(merchant=OuterRef("merchant"), user=BUYER)
    early = TierBenefit.objects.filter(kind=BenefitKind.EARLY_ACCESS, tier__standings__user=BUYER)
    address = Address.objects.filter(user=BUYER, code=ADDRESS, removed_at__isnull=True)
    return Campaign.objects.filter(code=CODE, status__in=PUBLIC).values(
        "version",
        "status",
        "basis",
        paid_participants=F("progress__paid_participants"),
        paid_pieces=F("progress__paid_pieces"),
        early_birds=F("progress__early_birds"),
        places_taken=F("progress__places_taken"),
        pieces_left=ArraySubquery(offers.values_list(left)),
        my_pieces=Coalesce(Subquery(mine.values("live_pieces")[:1]), 0),
        i_am_staff=Exists(staff),
        i_am_early=Exists(early),
        my_address=Subquery(address.values("pk")[:1]),
        **quoting.looks(OuterRef("merchant")),
    )


_standing = Prepared(_written)
