"""I4: whoever contributed a check is asked before somebody is given something."""

import datetime as dt
from collections.abc import Callable

import pytest

from common.assessments import ALLOWED, Assessment, denied, flagged
from common.models import OutboxEvent
from community.contributions import BenefitRequest, benefit_checks
from community.services.benefits import assess

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)
ASKED = BenefitRequest(user_id=7, kind="referral", source="R1", now=NOON, counterpart_id=8)
Answer = Callable[[BenefitRequest], Assessment]


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """Only what a test puts here is asked."""
    mine: dict[str, Answer] = {}
    monkeypatch.setattr(benefit_checks, "_entries", mine)
    return mine


def published() -> list[dict[str, object]]:
    return list(OutboxEvent.objects.filter(name="community.BenefitFlagged").values_list("payload", flat=True))


def test_nobody_objects(checks: dict[str, Answer]) -> None:
    checks["calm"] = lambda request: ALLOWED
    assert assess(ASKED) == ALLOWED
    assert published() == []


def test_every_flag_is_published_and_the_first_one_answered(checks: dict[str, Answer]) -> None:
    checks["device"] = lambda request: flagged("同一台设备", accounts=4)
    checks["ring"] = lambda request: flagged("互相邀请")
    assert assess(ASKED) == flagged("同一台设备", accounts=4)
    common = {"user_id": 7, "kind": "referral", "source": "R1"}
    assert published() == [
        common | {"check": "device", "reason": "同一台设备", "evidence": {"accounts": 4}},
        common | {"check": "ring", "reason": "互相邀请", "evidence": {}},
    ]


def test_a_denial_outweighs_a_flag(checks: dict[str, Answer]) -> None:
    checks["device"] = lambda request: flagged("同一台设备")
    checks["self"] = lambda request: denied("不能邀请自己")
    assert assess(ASKED) == denied("不能邀请自己")
