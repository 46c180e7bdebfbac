"""Coupons for newcomers that one device collects with account after account."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.contributions import BenefitRequest
from marketing.models import Coupon
from marketing.states import CouponStatus, ScopeKind
from risk.detectors.base import Found, Method, Parameter, Parameters, Suspicion, add, days_ago
from risk.detectors.crowds import suspicion
from risk.models import Sighting
from risk.states import Action, SubjectKind

TAKING = frozenset({"coupon_claim", "coupon_code", "welcome"})


def benefit(request: BenefitRequest, parameters: Parameters) -> Found:
    """A newcomer on whose device as many newcomers as usual were served before. Whoever stayed longer may take."""
    since = days_ago(parameters, request.now)
    if request.kind not in TAKING or not _is_new(request.user_id, since):
        return None
    served = _served_beside(request.user_id, since)
    if served < parameters["accounts"]:
        return None
    return {"accounts": served + 1, "days": parameters["days"]}


def sweep(parameters: Parameters, now: dt.datetime) -> Iterable[Suspicion]:
    """Every device on which more accounts than usual have used coupons for newcomers."""
    since = days_ago(parameters, now)
    used = _for_newcomers(since).filter(status=CouponStatus.USED).values("user")
    seen = _at_devices(since).filter(user__in=used).order_by()
    farms = seen.values("device_hash").annotate(people=Count("user", distinct=True))
    for device, accounts in farms.filter(people__gt=parameters["accounts"]).values_list("device_hash", "people"):
        yield suspicion(SubjectKind.DEVICE, device, accounts, parameters)


def _is_new(user_id: int, since: dt.datetime) -> bool:
    return User.objects.filter(pk=user_id, joined_at__gt=since).exists()


def _served_beside(user_id: int, since: dt.datetime) -> int:
    """How many others who use the same devices hold a coupon for newcomers."""
    mine = _at_devices(since).filter(user_id=user_id).values("device_hash")
    beside = _at_devices(since).filter(device_hash__in=mine).exclude(user_id=user_id)
    return beside.filter(user__in=_for_newcomers(since).values("user")).aggregate(people=Count("user", distinct=True))[
        "people"
    ]


def _at_devices(since: dt.datetime) -> QuerySet[Sighting]:
    return Sighting.objects.filter(last_seen__gt=since).exclude(device_hash="")


def _for_newcomers(since: dt.datetime) -> QuerySet[Coupon]:
    return Coupon.objects.filter(template__scopes__kind=ScopeKind.NEWCOMER, received_at__gt=since)


add(
    Method(
        key="coupon_farming",
        title=_("薅新客券"),
        looks_for=_("一台设备上很多新账号都领、都用新客券"),
        parameters=(
            Parameter("days", _("几天内"), default=30, most=90),
            Parameter("accounts", _("一台设备最多几个账号拿新客券"), default=4, most=100),
        ),
        action=Action.DENY,
        benefit=benefit,
        sweep=sweep,
    )
)
