"""I6: the known risks, what keeps them under control, and how much of them is."""

import datetime as dt
import importlib
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User
from common.errors import InvalidField
from common.models import AuditEntry
from risk.controls import check_controls
from risk.detectors import methods
from risk.models import RiskItem
from risk.selectors.register import Coverage, coverage
from risk.services.register import RiskDetails, add_item, change_item, remove_item, review_item
from risk.states import RiskCategory, RiskState
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_operator

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
KNOWN = importlib.import_module("risk.migrations.0002_known_risks")
COLD = RiskDetails(
    code="cold-chain",
    title="冷链中断",
    category="logistics",
    description="冷藏车坏在路上",
    state="partial",
    control="温度贴纸",
    controlled_by=("process:温度贴纸",),
    owner_group="operations",
)


@pytest.fixture
def rita() -> User:
    return make_operator("risk", name="Rita")


def test_every_risk_that_is_known_from_the_beginning_makes_sense() -> None:
    """I6: every control that names a detector, a check or an invariant names one that exists; nobody's risk is none."""
    for _code, category, _title, description, state, owner, control, controlled_by in KNOWN.RISKS:
        assert check_controls(controlled_by) == controlled_by
        assert category in RiskCategory.values
        assert state in RiskState.values
        assert owner in settings.OPERATOR_GROUPS
        assert bool(control) == bool(controlled_by), "a control is said in words, and named"
        assert len(description) <= 300
        assert state not in ("controlled", "partial") or controlled_by


def test_the_documents_risks_are_among_them() -> None:
    """I6: quality, logistics, funds, data, fake orders; churn and low conversion."""
    assert {risk[1] for risk in KNOWN.RISKS} == set(RiskCategory.values)
    codes = {risk[0] for risk in KNOWN.RISKS}
    assert {"members-churn", "conversion-low", "fake-orders", "personal-data-leaked", "late-delivery"} <= codes
    assert len(codes) == len(KNOWN.RISKS)


def test_every_detector_there_is_stands_in_the_admin_from_the_beginning() -> None:
    assert {method.key: method.action for method in methods} == KNOWN.DETECTORS


def test_every_detector_keeps_a_known_risk_under_control() -> None:
    named = {control for risk in KNOWN.RISKS for control in risk[7]}
    assert {f"detector:{method.key}" for method in methods} <= named


@pytest.mark.parametrize(
    "control",
    ["detector:none", "check:none", "invariant:none", "velocity", "process:", "prayer:daily", "process:" + "长" * 60],
)
def test_a_control_that_is_not_there_controls_nothing(control: str, rita: User) -> None:
    with pytest.raises(InvalidField):
        add_item(details=replace(COLD, controlled_by=(control,)), actor_id=rita.pk, now=NOON)
    assert not RiskItem.objects.filter(code="cold-chain").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "controlled", "controlled_by": ()}, "state"),
        ({"state": "fine"}, "state"),
        ({"category": "weather"}, "category"),
        ({"owner_group": ""}, "owner_group"),
        ({"owner_group": "nobody"}, "owner_group"),
        ({"title": " "}, "title"),
        ({"description": ""}, "description"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], field: str, rita: User) -> None:
    """Nothing is under control by itself, and somebody answers for each risk."""
    with pytest.raises(InvalidField) as refusal:
        add_item(details=replace(COLD, **changes), actor_id=rita.pk, now=NOON)
    assert refusal.value.params["field"] == field


def test_a_risk_is_written_changed_reviewed_and_struck_out(rita: User) -> None:
    """I6: each act is written down; a review moves the next one 90 days away, a change does not."""
    item = add_item(details=COLD, actor_id=rita.pk, now=NOON)
    assert item.next_review_at == NOON + 90 * DAY
    change_item(item=item, details=replace(COLD, title="冷链"), actor_id=rita.pk)
    reviewed = review_item(item=item, state="uncontrolled", note="贴纸用完了", actor_id=rita.pk, now=NOON + DAY)
    assert (reviewed.title, reviewed.state, reviewed.next_review_at) == ("冷链", "uncontrolled", NOON + 91 * DAY)
    remove_item(item=reviewed, actor_id=rita.pk)
    acts = AuditEntry.objects.filter(subject="risk_item:cold-chain").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "risk_item.add",
        "risk_item.change",
        "risk_item.review",
        "risk_item.remove",
    ]
    assert acts[2].detail == {"was": "partial", "state": "uncontrolled", "note": "贴纸用完了"}


def test_a_code_names_one_risk(rita: User) -> None:
    add_item(details=COLD, actor_id=rita.pk, now=NOON)
    with pytest.raises(InvalidField):
        add_item(details=COLD, actor_id=rita.pk, now=NOON)


def test_a_person_may_answer_instead_of_a_group(rita: User) -> None:
    item = add_item(details=replace(COLD, owner_group="", owner_id=rita.pk), actor_id=rita.pk, now=NOON)
    assert item.owner == rita


@pytest.mark.parametrize(
    ("states", "share_bp"),
    [
        ([], None),
        (["accepted"], None),
        (["controlled"], 10_000),
        (["uncontrolled"], 0),
        (["partial"], 5_000),
        (["controlled", "partial", "uncontrolled"], 5_000),
        (["controlled", "controlled", "uncontrolled", "accepted"], 6_666),
    ],
)
def test_coverage_is_a_number(states: list[str], share_bp: int | None, rita: User) -> None:
    """I6: controlled counts one, partial half, uncontrolled none; what is accepted is left out."""
    RiskItem.objects.all().delete()
    for number, state in enumerate(states):
        add_item(details=replace(COLD, code=f"risk-{number}", state=state), actor_id=rita.pk, now=NOON)
    assert coverage(now=NOON).share_bp == share_bp


def test_an_overdue_review_is_counted(rita: User) -> None:
    RiskItem.objects.all().delete()
    add_item(details=COLD, actor_id=rita.pk, now=NOON)
    assert coverage(now=NOON + 90 * DAY).overdue == 0
    assert coverage(now=NOON + 91 * DAY) == Coverage(controlled=0, partial=1, uncontrolled=0, accepted=0, overdue=1)
