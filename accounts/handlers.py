"""Telling owners what became of their application."""

import datetime as dt

from accounts.events import MerchantApproved, MerchantRejected
from accounts.models import Merchant
from accounts.selectors.staff import staff_recipients
from accounts.states import StaffRole
from common.events import handles
from notifications.services.inbox import tell

BACK_OFFICE = "/backoffice/"
APPLICATION = "/me/apply/"


@handles(MerchantApproved)
def tell_approved(event: MerchantApproved, now: dt.datetime) -> None:
    _tell_owners(event, kind="merchant_approved", url=BACK_OFFICE, now=now)


@handles(MerchantRejected)
def tell_rejected(event: MerchantRejected, now: dt.datetime) -> None:
    _tell_owners(event, kind="merchant_rejected", url=APPLICATION, now=now)


def _tell_owners(event: MerchantApproved | MerchantRejected, *, kind: str, url: str, now: dt.datetime) -> None:
    merchant = Merchant.objects.get(pk=event.merchant_id)
    tell(
        recipients=staff_recipients(merchant.pk, roles=[StaffRole.OWNER]),
        kind=kind,
        about=f"merchant:{merchant.code}:{event.decision_id}",
        context={"merchant": merchant.name, "note": merchant.decision_note},
        url=url,
        now=now,
    )
