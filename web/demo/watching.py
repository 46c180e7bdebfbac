"""What operators of the demo looked into, and how they decided."""

import datetime as dt

from risk.models import RiskCase
from risk.services.deciding import confirm, dismiss, take
from risk.services.sweeping import sweep
from web.demo.town import Town

DECISIONS = (
    (dismiss, "打印店的公用平板，逐个打过电话，都是真住户"),
    (confirm, "同一个人用家里人的号反复下单不付款，已经电话提醒"),
)


def look_into_cases(town: Town, *, now: dt.datetime) -> None:
    """Every detector looks back once; the oldest cases are decided, at least one still waits."""
    sweep(now=now)
    actor_id = town.people["operator"].pk
    cases = list(RiskCase.objects.order_by("opened_at", "pk"))[:-1]
    for case, (decide, note) in zip(cases, DECISIONS, strict=False):
        take(case=case, actor_id=actor_id, now=now)
        decide(case=case, actor_id=actor_id, note=note, now=now)
