"""B8, H6: operators say what tiers take and give, and read points; others do not."""

from typing import Any

import pytest
from django.urls import reverse

from common.models import AuditEntry
from community.models import MemberTier
from tests.factories.accounts import make_user
from tests.factories.members import give_points, make_standing
from tests.web.admin.conftest import Desk

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/community/membertier/", "/admin/community/membertier/add/"


def typed(**changes: Any) -> dict[str, Any]:
    """What stands in the form of silver."""
    return {
        "name": "银卡会员",
        "rank": "1",
        "spend": "500",
        "growth": "800",
        "streak_months": "3",
        "member_price": "on",
        "points_multiplier": "1.1",
        "birthday_coupon": "5",
    } | changes


def address(code: str) -> str:
    return reverse("admin:community_membertier_change", args=[MemberTier.objects.get(code=code).pk])


def benefits(code: str) -> dict[str, int]:
    return dict(MemberTier.objects.get(code=code).benefits.values_list("kind", "value"))


def test_an_operator_changes_what_silver_takes_and_gives(desk: Desk) -> None:
    """B8: thresholds and benefits are data, in yuan and times, with a row on record."""
    operator = desk("operations")
    changes = {"spend": "388.50", "streak_months": "", "points_multiplier": "1.2", "free_freight": "0"}
    answer = operator.post(address("silver"), typed(early_access="on", **changes))
    assert answer.status_code == 302
    silver = MemberTier.objects.get(code="silver")
    assert (silver.spend_fen_12m, silver.growth, silver.streak_months) == (38850, 800, None)
    assert benefits("silver") == {
        "member_price": 0,
        "early_access": 0,
        "free_freight": 0,
        "birthday_coupon": 500,
        "points_multiplier": 12_000,
    }
    assert AuditEntry.objects.get(action="tier.save").subject == "tier:silver"


def test_what_is_left_empty_is_not_given_any_more(desk: Desk) -> None:
    assert desk("operations").post(address("silver"), typed(member_price="", birthday_coupon="")).status_code == 302
    assert benefits("silver") == {"points_multiplier": 11_000}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"spend": "", "growth": "", "streak_months": ""}, "至少写一个达到的条件"),
        ({"points_multiplier": "0.5"}, "积分倍数在 1 到 10 之间"),
        ({"spend": "五百"}, "金额要写成数字"),
    ],
)
def test_what_makes_no_sense_is_said(desk: Desk, changes: dict[str, str], sentence: str) -> None:
    page = desk("operations").post(address("silver"), typed(**changes))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert benefits("silver")["points_multiplier"] == 11_000


def test_a_tier_of_their_own(desk: Desk) -> None:
    """B8: between others by its rank."""
    assert desk("operations").post(ADD, typed(code="black", name="黑卡", rank="9", spend="20000")).status_code == 302
    assert MemberTier.objects.order_by("-rank")[0].code == "black"


def test_standings_and_points_are_read_and_not_written(desk: Desk) -> None:
    """H6: searchable by order and person; there is no form to type points into."""
    alice = make_user()
    make_standing(alice, "gold")
    entry = give_points(alice, 120)
    operator = desk("operations")
    assert "金卡会员" in operator.get("/admin/community/memberstanding/").content.decode()
    assert "120" in operator.get(f"/admin/community/pointsentry/?q={alice.code}").content.decode()
    for url in ("/admin/community/pointsentry/add/", "/admin/community/memberstanding/add/"):
        assert operator.get(url).status_code == 403
    assert operator.post(f"/admin/community/pointsentry/{entry.pk}/change/", {"delta": "9"}).status_code == 403


def test_support_sees_none_of_it(desk: Desk) -> None:
    for url in (LIST, ADD, "/admin/community/pointsentry/"):
        assert desk("support").get(url).status_code == 403
