"""Somebody who invites themselves: the two accounts share a device, a payee, a door or a line.

Each sign has a weight. One line is a neighbourhood; a line and a door are a household, which a person looks at; a
device, or an account to be paid to, is one hand.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.contributions import BenefitRequest
from payments.models import Payee
from risk.detectors.base import Found, Method, Parameter, Parameters, add, days_ago
from risk.models import AddressSighting, Sighting
from risk.states import Severity

INVITING = frozenset({"referral", "points_invite"})
SEEN_TOGETHER = ("device", "network", "address")


def benefit(request: BenefitRequest, parameters: Parameters) -> Found:
    """What inviter and invitee have in common, if it weighs enough."""
    if request.kind not in INVITING or request.counterpart_id is None:
        return None
    signs = signs_of(request.user_id, request.counterpart_id, since=days_ago(parameters, request.now))
    weight = sum(parameters[f"{sign}_weight"] for sign in signs)
    if weight < parameters["enough"]:
        return None
    other = User.objects.values_list("code", flat=True).get(pk=request.counterpart_id)
    return {"signs": sorted(signs), "weight": weight, "counterpart": other}


def signs_of(one: int, other: int, *, since: dt.datetime) -> set[str]:
    """Which of device, network, address and payee two people share. Two queries."""
    seen = Sighting.objects.filter(last_seen__gt=since)
    doors = AddressSighting.objects.filter(last_seen__gt=since)
    together = User.objects.filter(pk=one).values_list(
        _shared(seen.exclude(device_hash=""), "device_hash", other),
        _shared(seen, "network_hash", other),
        _shared(doors, "address_hash", other),
    )
    found = together.get()
    signs = {sign for sign, is_shared in zip(SEEN_TOGETHER, found, strict=True) if is_shared}
    return signs | ({"payee"} if _same_payee(one, other) else set())


def _shared(rows: QuerySet[Any], by: str, other: int) -> Exists:
    """Whether the person whose row it is was seen where the other one was."""
    return Exists(rows.filter(user=OuterRef("pk"), **{f"{by}__in": rows.filter(user_id=other).values(by)}))


def _same_payee(one: int, other: int) -> bool:
    """Accounts are encrypted, so they are compared in clear; a person has a handful."""
    accounts: dict[int | None, set[str]] = {one: set(), other: set()}
    for payee in Payee.objects.filter(user_id__in=(one, other)):
        accounts[payee.user_id].add(payee.account)
    return not accounts[one].isdisjoint(accounts[other])


add(
    Method(
        key="self_referral",
        title=_("自己邀请自己"),
        looks_for=_("邀请人和被邀请人共用设备、收款账户、收货地址或网络，像是一个人"),
        parameters=(
            Parameter("days", _("几天内"), default=90, most=90),
            Parameter("device_weight", _("同一设备的分量"), default=3, most=10, least=0),
            Parameter("payee_weight", _("同一收款账户的分量"), default=3, most=10, least=0),
            Parameter("address_weight", _("同一收货地址的分量"), default=2, most=10, least=0),
            Parameter("network_weight", _("同一网络的分量"), default=1, most=10, least=0),
            Parameter("enough", _("合计到几分算"), default=3, most=40),
        ),
        severity=Severity.HIGH,
        benefit=benefit,
    )
)
