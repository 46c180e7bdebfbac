"""Cases: which wait, of whom, and what they hold."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import StaffMember
from accounts.states import StaffRole
from marketing.models import Reward
from marketing.states import RewardStatus
from orders.models import Hold, Order
from orders.services.holding import kind_of_freeze
from payments.purses import Owner
from risk.models import Evidence, RiskCase
from risk.states import UNDECIDED, SubjectKind

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
ORDER, BENEFIT = "order:", "benefit:"


def undecided() -> QuerySet[RiskCase]:
    """Cases that wait for a person."""
    return RiskCase.objects.filter(status__in=UNDECIDED)


def undecided_of(owner: Owner) -> QuerySet[RiskCase]:
    """What waits about the owner of a purse: about the person, or about whoever owns the shop.

    Cases about withdrawals are left out: one that is held throws no shadow on the next.
    """
    about_people = undecided().exclude(subject_kind=SubjectKind.WITHDRAWAL)
    if owner.user:
        return about_people.filter(person=owner.user)
    owners = StaffMember.objects.filter(merchant=owner.merchant, role=StaffRole.OWNER)
    return about_people.filter(person__in=owners.values("user"))


@dataclass(frozen=True)
class Ages:
    """Cases that wait, by how long they have."""

    a_day: int
    a_week: int
    longer: int
    oldest: dt.datetime | None


def ages(*, now: dt.datetime) -> Ages:
    """How many wait for less than a day, for less than a week, for longer; and since when the oldest does."""
    day, week = now - DAY, now - WEEK
    return Ages(
        **undecided().aggregate(
            a_day=Count("pk", filter=Q(opened_at__gt=day)),
            a_week=Count("pk", filter=Q(opened_at__lte=day, opened_at__gt=week)),
            longer=Count("pk", filter=Q(opened_at__lte=week)),
            oldest=Min("opened_at"),
        )
    )


def orders_of(case: RiskCase) -> QuerySet[Order]:
    """The orders that its evidence is about."""
    about = Evidence.objects.filter(case=case, about__startswith=ORDER).values_list("about", flat=True)
    return Order.objects.filter(number__in=[each.removeprefix(ORDER) for each in about])


def rewards_of(case: RiskCase) -> list[Reward]:
    """The rewards that its evidence is about and that wait for somebody to look."""
    about = Evidence.objects.filter(case=case, about__startswith=BENEFIT).values_list("about", flat=True)
    sources = [each.split(":", 2)[2] for each in about]
    waiting = Reward.objects.filter(source__in=sources, status=RewardStatus.WAITING).order_by("pk")
    return [reward for reward in waiting if about_reward(reward) in about]


def about_reward(reward: Reward) -> str:
    """What evidence says that is about a reward."""
    return about_benefit(reward.kind, reward.source)


def about_benefit(kind: str, source: str) -> str:
    """What evidence says that is about something somebody was to be given."""
    return f"{BENEFIT}{kind}:{source}"


def held_by(case: RiskCase) -> QuerySet[Hold]:
    """The holds that were placed from this case and still stand."""
    return Hold.objects.filter(kind=kind_of_freeze(holder_of(case)), released_at__isnull=True)


def holder_of(case: RiskCase) -> str:
    """By whom the holds of a case are: each case lifts its own."""
    return f"K{case.pk}"
