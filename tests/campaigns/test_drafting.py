"""C1 C12: what makes a plan sound. Every refusal names the field and the fix, and keeps nothing."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from campaigns.errors import NotEditable
from campaigns.models import Campaign, CampaignProgress, TierPrice
from campaigns.plans import SkuPlan
from campaigns.services.drafting import copy, plan_of, save_draft
from campaigns.services.reviewing import submit
from campaigns.states import CampaignStatus, WhenMissed
from common.errors import InvalidField
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.campaigns import make_draft, make_open, make_plan, make_point
from tests.factories.catalog import make_sku

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

PRICING = ("quantity", "prices_fen", "early_bird_price_fen")
UNSOUND: list[tuple[str, dict[str, Any], str]] = [
    ("title", {"title": "  "}, "写一个标题"),
    ("title", {"title": "苹" * 61}, "标题最多 60 个字"),
    ("closes_at", {"closes_at": NOON}, "截止要晚于开团"),
    ("closes_at", {"opens_at": NOON - 2 * DAY, "closes_at": NOON - DAY}, "截止时间已经过去了"),
    ("closes_at", {"closes_at": NOON + 91 * DAY}, "一个团最长 90 天"),
    ("payment_minutes", {"payment_minutes": 4}, "付款时限在 5 分钟到 24 小时之间"),
    ("payment_minutes", {"payment_minutes": 1441}, "付款时限在 5 分钟到 24 小时之间"),
    ("early_bird_until", {"early_bird_until": NOON}, "早鸟截止要在开团和截止之间"),
    ("early_bird_until", {"early_bird_until": NOON + 25 * HOUR}, "早鸟截止要在开团和截止之间"),
    ("early_bird_orders", {"early_bird_orders": 0}, "早鸟名额至少 1 单"),
    ("thresholds", {"thresholds": (3,), "prices_fen": (2990,)}, "阶梯要 2 到 6 档"),
    ("thresholds", {"thresholds": range(1, 8), "prices_fen": range(2990, 2983, -1)}, "阶梯要 2 到 6 档"),
    ("thresholds", {"thresholds": (0, 5, 10)}, "每档至少 1，最多 100 万"),
    ("thresholds", {"thresholds": (3, 5, 1_000_001)}, "每档至少 1，最多 100 万"),
    ("thresholds", {"thresholds": (3, 3, 10)}, "要比上一档 3 多，比如 6"),
    ("thresholds", {"thresholds": (10, 5, 3)}, "要比上一档 10 多，比如 20"),
    ("skus.0.quantity", {"quantity": 0}, "件数至少 1，最多 100 万"),
    ("skus.0.quantity", {"quantity": 1_000_001}, "件数至少 1，最多 100 万"),
    ("skus.0.prices_fen", {"prices_fen": (2990, 2690)}, "每档都要写一个价"),
    ("skus.0.prices_fen", {"prices_fen": (2990, 2690, 0)}, "价格要大于 0"),
    ("skus.0.prices_fen", {"prices_fen": (2990, 2990, 2390)}, "要比上一档 ¥29.90 低，比如 ¥26.90"),
    ("skus.0.prices_fen", {"prices_fen": (2390, 2690, 2990)}, "要比上一档 ¥23.90 低，比如 ¥21.50"),
    ("skus.0.prices_fen", {"prices_fen": (3991, 2690, 2390)}, "第一档不能高于单买价 ¥39.90"),
    ("skus.0.early_bird_price_fen", {"early_bird_price_fen": 1990}, "先写早鸟名额或早鸟截止时间"),
    ("skus.0.early_bird_price_fen", {"early_bird_orders": 2}, "每个规格都要写早鸟价"),
    (
        "skus.0.early_bird_price_fen",
        {"early_bird_orders": 2, "early_bird_price_fen": 2990},
        "早鸟价要比第一档 ¥29.90 低",
    ),
    ("skus.0.early_bird_price_fen", {"early_bird_orders": 2, "early_bird_price_fen": 0}, "早鸟价要比第一档 ¥29.90 低"),
    ("basis", {"basis": "kilograms"}, "按人数或按件数"),
    ("minimum", {"minimum": 2}, "成团数量不能低于第一档 3"),
    ("minimum", {"minimum": 51}, "成团数量不能多于总件数 50"),
    ("max_participants", {"max_participants": 0}, "人数上限至少 1 人"),
    (
        "max_participants",
        {"basis": "participants", "minimum": 5, "max_participants": 4},
        "人数上限不能低于成团人数 5",
    ),
    ("limit_per_person", {"limit_per_person": 0}, "每人限购至少 1 件"),
    ("when_missed", {"when_missed": "invent_members"}, "选一种未成团的处理方式"),
    ("extend_hours", {"when_missed": WhenMissed.EXTEND}, "延长 1 到 168 小时"),
    ("extend_hours", {"when_missed": WhenMissed.EXTEND, "extend_hours": 169}, "延长 1 到 168 小时"),
    ("extend_hours", {"extend_hours": 5}, "只有选了延长才写小时数"),
    ("pickup_points", {"pickup_points": []}, "选一个自提点，或者开启送货上门"),
    ("pickup_points", {"pickup_points": ["NOWHERE"]}, "有的自提点不存在或已停用"),
    ("freight_fen", {"freight_fen": -1}, "运费不能是负数"),
    ("free_freight_from_fen", {"free_freight_from_fen": -1}, "满额不能是负数"),
    ("skus", {"skus": []}, "选 1 到 50 个规格"),
    ("skus", {"skus": [SkuPlan("NONE", 50, (2990, 2690, 2390))]}, "没有这个规格：NONE"),
]


@pytest.mark.parametrize(("field", "changes", "reason"), UNSOUND)
def test_an_unsound_plan_is_refused_with_the_fix(
    field: str, changes: dict[str, Any], reason: str, now: dt.datetime
) -> None:
    """C1, rules 1, 5, 6 and 10."""
    changes = dict(changes)
    merchant = make_merchant(now=now)
    usual = {name: changes.pop(name) for name in PRICING if name in changes}
    plan = replace(make_plan([make_sku(merchant)], [make_point(merchant)], now=now, **usual), **changes)

    with pytest.raises(InvalidField) as refused:
        save_draft(merchant=merchant, actor_id=owner_of(merchant).pk, plan=plan, now=now)

    assert (refused.value.params["field"], str(refused.value)) == (field, reason)
    assert not Campaign.objects.exists()


def test_the_same_sku_twice_is_one_too_many(now: dt.datetime) -> None:
    merchant = make_merchant(now=now)
    sku = make_sku(merchant)
    with pytest.raises(InvalidField) as refused:
        save_draft(
            merchant=merchant,
            actor_id=owner_of(merchant).pk,
            plan=make_plan([sku, sku], [make_point(merchant)], now=now),
            now=now,
        )
    assert str(refused.value) == "同一个规格只能选一次"


@pytest.mark.parametrize("foreign", ["sku", "point"])
def test_nobody_sells_what_is_not_theirs(foreign: str, now: dt.datetime) -> None:
    """C1: another merchant's SKU or pick-up point is not there."""
    merchant, other = make_merchant(now=now), make_merchant("梨园", now=now)
    sku = make_sku(other if foreign == "sku" else merchant)
    point = make_point(other if foreign == "point" else merchant)
    with pytest.raises(InvalidField) as refused:
        save_draft(merchant=merchant, actor_id=owner_of(merchant).pk, plan=make_plan([sku], [point], now=now), now=now)
    assert refused.value.params["field"] == ("skus" if foreign == "sku" else "pickup_points")


def test_olivia_keeps_a_draft_and_writes_over_it(now: dt.datetime) -> None:
    """C1: the ladder is rewritten as a whole, the counters stay one row, and the version rises for the caches."""
    draft = make_draft(now=now)
    merchant, before = draft.merchant, draft.version
    sku = draft.skus.get().sku
    plan = make_plan(
        [sku], list(draft.pickup_points.all()), now=now, thresholds=(1, 4), minimum=1, prices_fen=(2500, 2000)
    )

    again = save_draft(merchant=merchant, actor_id=owner_of(merchant).pk, plan=plan, campaign=draft, now=now)

    assert (again.pk, again.version, again.status) == (draft.pk, before + 1, CampaignStatus.DRAFT)
    assert list(again.tiers.order_by("threshold").values_list("threshold", flat=True)) == [1, 4]
    assert list(TierPrice.objects.order_by("tier__threshold").values_list("unit_price_fen", flat=True)) == [2500, 2000]
    assert CampaignProgress.objects.count() == 1
    assert plan_of(again) == replace(plan, thresholds=[1, 4], skus=[SkuPlan(sku.code, 50, [2500, 2000])])


def test_tiers_never_change_once_it_is_open(now: dt.datetime) -> None:
    """Rule 1."""
    campaign = make_open(now=now)
    with pytest.raises(NotEditable):
        save_draft(
            merchant=campaign.merchant,
            actor_id=owner_of(campaign.merchant).pk,
            plan=plan_of(campaign),
            campaign=campaign,
            now=now,
        )
    assert list(campaign.tiers.order_by("threshold").values_list("threshold", flat=True)) == [3, 5, 10]


def test_what_waits_for_review_is_not_edited(now: dt.datetime) -> None:
    """C12: what the operator reads is what opens."""
    draft = make_draft(now=now)
    owner = owner_of(draft.merchant)
    submit(campaign=draft, actor_id=owner.pk, now=now)
    with pytest.raises(NotEditable):
        save_draft(merchant=draft.merchant, actor_id=owner.pk, plan=plan_of(draft), campaign=draft, now=now)


def test_somebody_elses_draft_cannot_be_written_over(now: dt.datetime) -> None:
    draft, other = make_draft(now=now), make_merchant("梨园", now=now)
    plan = make_plan([make_sku(other)], [make_point(other)], now=now)
    with pytest.raises(Campaign.DoesNotExist):
        save_draft(merchant=other, actor_id=owner_of(other).pk, plan=plan, campaign=draft, now=now)
    assert Campaign.objects.get().merchant == draft.merchant


def test_a_copy_opens_in_an_hour_for_as_long_as_the_first_did(now: dt.datetime) -> None:
    """C12: everything but the clock is the same, and nothing of the first one's life comes along."""
    first = make_open(
        now=now, early_bird_orders=2, early_bird_until=now + HOUR, early_bird_price_fen=1990, limit_per_person=5
    )
    later = now + 3 * DAY

    second = copy(campaign=first, actor_id=owner_of(first.merchant).pk, now=later)

    assert (second.status, second.opens_at, second.closes_at) == ("draft", later + HOUR, later + 25 * HOUR)
    assert second.early_bird_until == later + 2 * HOUR
    assert second.code != first.code
    mine, theirs = plan_of(second), plan_of(first)
    assert (mine.skus, mine.thresholds, mine.pickup_points) == (theirs.skus, theirs.thresholds, theirs.pickup_points)
    assert second.progress.paid_pieces == 0
