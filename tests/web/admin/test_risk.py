"""I4 and I6 at the operators' desks: cases, detectors, the register, and the numbers of all three."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry
from orders.models import Hold
from risk.models import Detector, RiskCase, RiskItem
from risk.selectors.detectors import setting_of
from risk.services.deciding import confirm, dismiss, take
from tests.factories.accounts import make_operator, make_user
from tests.factories.orders import make_prepared
from tests.factories.risk import make_case, make_detectors
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
CASES, OVERVIEW = reverse("admin:risk_riskcase_changelist"), reverse("admin:risk")
ACTS = ("take", "confirm", "dismiss", "hold_orders", "release_orders")


def said(browser: Client, address: str, **query: Any) -> str:
    page = browser.get(address, query)
    assert page.status_code == 200
    return page.content.decode()


def offered(browser: Client, case: RiskCase) -> set[str]:
    """The acts that the page of a case offers."""
    page = page_of(browser, case).content.decode()
    return {act for act in ACTS if reverse(f"admin:risk_riskcase_{act}", args=[case.pk]) in page}


def test_a_case_goes_from_the_queue_to_its_outcome(desk: Desk) -> None:
    """I4: the front page counts it, somebody takes it, holds the order's money, and says what it was."""
    mallory = make_user(name="Mallory")
    order = make_prepared(mallory, now=timezone.now())
    case = make_case(mallory, about=f"order:{order.number}")
    browser = desk("risk")
    assert "风控案件" in said(browser, reverse("admin:index"))
    assert case.number in said(browser, CASES, waiting="1")
    assert offered(browser, case) == {"take", "confirm", "dismiss", "hold_orders"}

    decide(browser, "risk_riskcase_take", case)
    decide(browser, "risk_riskcase_hold_orders", case, note="先留着")
    assert offered(browser, case) == {"take", "confirm", "dismiss", "hold_orders", "release_orders"}
    assert order.number in page_of(browser, case).content.decode()
    decide(browser, "risk_riskcase_confirm", case, note="脚本抢单")
    case.refresh_from_db()
    assert (case.status, case.note) == ("confirmed", "脚本抢单")
    assert offered(browser, case) == {"hold_orders", "release_orders"}
    decide(browser, "risk_riskcase_release_orders", case, note="处理完了")
    assert not Hold.objects.filter(kind__startswith="freeze", released_at__isnull=True).exists()
    assert case.number not in said(browser, CASES, waiting="1")
    assert case.number in said(browser, CASES, waiting="0")


def test_a_decision_without_a_reason_is_none(desk: Desk) -> None:
    case = make_case()
    for act in ("confirm", "dismiss"):
        decide(desk("risk"), f"risk_riskcase_{act}", case)
    case.refresh_from_db()
    assert case.status == "open"


@pytest.mark.parametrize("group", ["operations", "support", "content", "finance"])
def test_other_groups_neither_see_nor_decide(desk: Desk, group: str) -> None:
    """What is suspected of somebody is for those who look into it."""
    case, browser = make_case(), desk(group)
    for address in (CASES, OVERVIEW, reverse("admin:risk_detector_changelist")):
        assert browser.get(address).status_code == 403
    decide(browser, "risk_riskcase_confirm", case, note="我说的")
    case.refresh_from_db()
    assert case.status == "open"
    assert OVERVIEW not in said(browser, reverse("admin:index"))


def test_an_operator_of_risk_finds_all_of_it_in_the_sidebar(desk: Desk) -> None:
    front = said(desk("risk"), reverse("admin:index"))
    for page in ("risk", "risk_riskcase_changelist", "risk_detector_changelist", "risk_riskitem_changelist"):
        assert reverse(f"admin:{page}") in front


def test_a_case_about_a_withdrawal_is_dismissed_by_those_who_may_lift_holds(desk: Desk) -> None:
    case = make_case()
    RiskCase.objects.filter(pk=case.pk).update(subject_kind="withdrawal", subject_code="W1")
    rita = make_operator("risk")
    rita.groups.get().permissions.filter(codename="lift_withdrawal_hold").delete()
    browser = Client()
    browser.force_login(rita)
    assert "dismiss" not in offered(browser, case)
    assert "confirm" in offered(browser, case)


def test_the_numbers_of_a_detector_are_set_within_bounds_and_written_down(desk: Desk) -> None:
    """I4: what was typed wrong is said at the field, and nothing changes."""
    make_detectors()
    velocity, browser = Detector.objects.get(key="velocity"), desk("risk")
    page = reverse("admin:risk_detector_change", args=[velocity.pk])
    assert "短时间内连续下很多单" in said(browser, page)
    refused = browser.post(page, {"is_on": "on", "action": "deny", "minutes": "0", "orders": "5"})
    assert refused.status_code == 200
    assert setting_of("velocity").parameters == {"minutes": 10, "orders": 10}
    assert browser.post(page, {"is_on": "on", "action": "deny", "minutes": "5", "orders": "3"}).status_code == 302
    setting = setting_of("velocity")
    assert (setting.action, setting.parameters) == ("deny", {"minutes": 5, "orders": 3})
    entry = AuditEntry.objects.get(action="detector.configure")
    assert entry.detail["now"] == {"is_on": True, "action": "deny", "parameters": {"minutes": 5, "orders": 3}}
    assert entry.detail["was"]["parameters"] == {}


def test_every_detector_has_a_page_that_can_be_saved_as_it_is(chief: Client) -> None:
    make_detectors()
    for detector in Detector.objects.all():
        page = reverse("admin:risk_detector_change", args=[detector.pk])
        form = chief.get(page).context["adminform"].form
        typed = {name: form[name].value() for name in form.fields if name != "is_on"} | {"is_on": "on"}
        assert chief.post(page, typed).status_code == 302, detector.key
    assert AuditEntry.objects.filter(action="detector.configure").count() == Detector.objects.count()


def test_the_register_is_kept_and_reviewed(desk: Desk) -> None:
    """I6: a control that is not there is refused at its field; a review says what was looked at."""
    browser, add = desk("risk"), reverse("admin:risk_riskitem_add")
    typed = {
        "code": "cold-chain",
        "category": "logistics",
        "title": "冷链中断",
        "description": "冷藏车坏在路上",
        "state": "partial",
        "control": "温度贴纸",
        "controls": "process:温度贴纸\ndetector:thermometer",
        "owner_group": "operations",
    }
    refused = browser.post(add, typed)
    assert refused.status_code == 200
    assert "没有叫 thermometer 的检测" in refused.content.decode()
    assert browser.post(add, typed | {"controls": "process:温度贴纸\ndetector:velocity"}).status_code == 302
    item = RiskItem.objects.get(code="cold-chain")
    assert item.controlled_by == ["process:温度贴纸", "detector:velocity"]
    assert "检测 下单过快" in said(browser, reverse("admin:risk_riskitem_changelist"), q="cold-chain")
    change = reverse("admin:risk_riskitem_change", args=[item.pk])
    assert browser.post(change, typed | {"title": "断链", "controls": "process:温度贴纸"}).status_code == 302
    decide(browser, "risk_riskitem_review", item, state="controlled", note="抽查了十车")
    item.refresh_from_db()
    assert (item.title, item.state) == ("断链", "controlled")
    delete = reverse("admin:risk_riskitem_delete", args=[item.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 302
    acts = AuditEntry.objects.filter(subject="risk_item:cold-chain").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["risk_item.add", "risk_item.change", "risk_item.review", "risk_item.remove"]


def test_the_overview_says_how_much_is_covered_and_how_often_who_was_right(desk: Desk) -> None:
    """I4 I6: coverage and precision as numbers, with the counts they are made of."""
    RiskItem.objects.all().delete()
    now = timezone.now()
    for number, state in enumerate(("controlled", "partial", "uncontrolled", "accepted")):
        RiskItem.objects.create(
            code=f"risk-{number}",
            title="风险",
            category="funds",
            description="说明",
            state=state,
            controlled_by=["process:账"],
            owner_group="risk",
            next_review_at=now,
        )
    rita = make_operator("risk")
    for decision in (confirm, confirm, confirm, dismiss):
        decision(case=make_case(make_user()), actor_id=rita.pk, note="看过", now=now)
    take(case=make_case(make_user()), actor_id=rita.pk, now=now)
    page = desk("risk").get(OVERVIEW)
    assert page.context["share"] == "50%"
    velocity = next(row for row in page.context["detectors"] if row["record"].detector == "velocity")
    record = velocity["record"]
    assert (record.undecided, record.confirmed, record.dismissed, velocity["precision"]) == (1, 3, 1, "75%")
    assert page.context["ages"].a_day == 1


def test_an_empty_house_has_an_overview_too(desk: Desk) -> None:
    RiskItem.objects.all().delete()
    assert "还没有登记" in said(desk("risk"), OVERVIEW)
    assert "—" in said(desk("risk"), OVERVIEW)
