"""G5, G8: operators make programmes, and decide about rewards that wait."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from common.assessments import flagged
from community.contributions import benefit_checks
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.models import ReferralProgramme, Reward, WelcomeProgramme
from marketing.services.rewards.referring import joined_community
from tests.factories.accounts import make_merchant, make_user
from tests.factories.marketing import make_promotion, make_referral
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
WINDOW = {
    "starts_at_0": "2026-01-01",
    "starts_at_1": "00:00:00",
    "ends_at_0": "2090-01-01",
    "ends_at_1": "00:00:00",
    "is_on": "on",
}


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Reward]:
    """Alice brought Bob, and a check wants somebody to look at both."""
    monkeypatch.setitem(benefit_checks._entries, "watchful", lambda request: flagged("同一台设备"))
    now = timezone.now()
    make_referral()
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    invited(invitee=bob, link=link_of(user=alice, kind=Shared.HOME, code="", now=now), now=now)
    joined_community(user_id=bob.pk, now=now)
    return list(Reward.objects.order_by("pk"))


def test_an_operator_of_risk_releases_one_and_refuses_the_other(desk: Desk, waiting: list[Reward]) -> None:
    """G5: once each, with the reason the other side will read."""
    operator = desk("risk")
    assert "同一台设备" in page_of(operator, waiting[0]).text
    decide(operator, "marketing_reward_release", waiting[0])
    decide(operator, "marketing_reward_refuse", waiting[1], note="是同一个人")
    assert [(reward.status, reward.note) for reward in Reward.objects.order_by("pk")] == [
        ("granted", "同一台设备"),
        ("void", "是同一个人"),
    ]
    assert decide(operator, "marketing_reward_release", waiting[1]).status_code == 403


def test_others_only_look(desk: Desk, waiting: list[Reward]) -> None:
    """A5: operations see rewards and decide about none."""
    assert decide(desk("operations"), "marketing_reward_release", waiting[0]).status_code == 403
    assert Reward.objects.filter(status="waiting").count() == 2


def test_an_operator_makes_programmes_and_is_told_what_is_missing(desk: Desk) -> None:
    """G5, G8: both sides must get something."""
    operator = desk("operations")
    referral: dict[str, Any] = WINDOW | {
        "title": "邀请有礼",
        "trigger": "joined_community",
        "inviter_points": "100",
        "inviter_cash_fen": "0",
        "invitee_points": "0",
        "invitee_cash_fen": "0",
    }
    page = operator.post(reverse("admin:marketing_referralprogramme_add"), referral).text
    assert "两边都要有好处" in page
    operator.post(reverse("admin:marketing_referralprogramme_add"), referral | {"invitee_points": "50"})
    assert ReferralProgramme.objects.get().invitee_points == 50
    operator.post(reverse("admin:marketing_welcomeprogramme_add"), WINDOW | {"title": "新人礼", "points": "20"})
    assert WelcomeProgramme.objects.get().points == 20


def test_promotions_are_looked_at(desk: Desk) -> None:
    """G2."""
    promotion = make_promotion(make_merchant())
    operator = desk("operations")
    assert "开学季" in operator.get(reverse("admin:marketing_promotion_changelist")).text
    assert "满 ¥80 减 ¥10" in page_of(operator, promotion).text
