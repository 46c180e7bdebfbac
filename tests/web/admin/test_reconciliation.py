"""F3: finance sees every day's bill and what does not agree, makes it somebody's, and ends it with words."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.clock import day_of
from common.models import AuditEntry
from orders.services.paying import start_payment
from payments.gateways.base import BillLine, GatewayPayment
from payments.models import Payment, ReconciliationCase, ReconciliationRun
from payments.services.reconciling.reading import reconcile
from payments.states import BillLineKind, PaymentStatus
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.fixtures.gateways import NAME, ScriptedGateway, pay_at_gateway
from tests.web.admin.conftest import Desk, decide, page_of

Gateway = type[ScriptedGateway]
CASES, RUNS = "admin:payments_reconciliationcase_changelist", "admin:payments_reconciliationrun_changelist"
YESTERDAY = day_of(timezone.now()) - dt.timedelta(days=1)


def line_of(number: str, amount_fen: int = 2990) -> BillLine:
    return BillLine(BillLineKind.PAYMENT, number, f"T{number}", amount_fen, PaymentStatus.CAPTURED, timezone.now())


def make_case(gateway: Gateway, line: BillLine | None = None) -> ReconciliationCase:
    """What yesterday's bill says and we do not know."""
    gateway.bills[YESTERDAY] = [line or line_of("P-nobody")]
    reconcile(gateway=NAME, day=YESTERDAY, now=timezone.now())
    return ReconciliationCase.objects.get()


def make_unpaid() -> Payment:
    return start_payment(order=join_as(make_user(), make_open()), gateway=NAME, now=timezone.now())


def last_act() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


@pytest.mark.django_db
def test_open_differences_stand_on_the_front_page_and_are_late_after_a_day(
    desk: Desk, scripted_gateway: Gateway
) -> None:
    case = make_case(scripted_gateway)
    finance = desk("finance")

    def waiting() -> dict[str, object]:
        queues = finance.get("/admin/").context["queues"]
        return next(each for each in queues if str(each["title"]) == "对账差异")

    assert (waiting()["count"], waiting()["is_late"]) == (1, False)
    ReconciliationCase.objects.update(opened_at=timezone.now() - dt.timedelta(hours=25))
    assert waiting()["is_late"] is True
    listed = finance.get(str(waiting()["address"]))
    assert [each.pk for each in listed.context["cl"].result_list] == [case.pk]
    page = listed.content.decode().replace("\xa0", " ")
    assert [
        words for words in ("P-nobody", "渠道有，我方没有", "¥29.90 已收款", "1 日", "待处理") if words not in page
    ] == []


@pytest.mark.django_db
def test_each_day_has_its_line_with_totals_and_its_page_with_cases(desk: Desk, scripted_gateway: Gateway) -> None:
    case = make_case(scripted_gateway)
    finance = desk("finance")
    listed = finance.get(reverse(RUNS))
    (run,) = listed.context["cl"].result_list
    assert (run.line_count, run.matched_count, run.difference_count, run.open_count) == (1, 0, 1, 1)
    assert "¥29.90" in listed.content.decode()
    page = page_of(finance, case.run).content.decode()
    missing = [words for words in ("P-nobody", "再核对一次", "渠道金额（分）", "渠道有，我方没有") if words not in page]
    assert missing == []
    assert reverse("admin:payments_reconciliationcase_change", args=[case.pk]) in page


@pytest.mark.django_db
def test_the_page_of_a_case_says_what_both_sides_say(desk: Desk, scripted_gateway: Gateway) -> None:
    page = page_of(desk("finance"), make_case(scripted_gateway)).content.decode()
    wanted = ("P-nobody", "TP-nobody", "渠道有，我方没有", "待处理", "¥29.90 已收款", "由我处理", "人工了结")
    assert [words for words in wanted if words not in page] == []
    assert "missing_here" not in page


@pytest.mark.django_db
def test_somebody_makes_a_case_their_own(desk: Desk, scripted_gateway: Gateway) -> None:
    case = make_case(scripted_gateway)
    decide(desk("finance"), "payments_reconciliationcase_take_on", case)
    case.refresh_from_db()
    assert (case.status, case.owner) == ("open", last_act().actor)
    assert (last_act().action, last_act().subject) == ("reconciliation.take_on", "reconciliation_case:P-nobody")


@pytest.mark.django_db
def test_ending_a_case_needs_words_and_is_done_once(desk: Desk, scripted_gateway: Gateway) -> None:
    case = make_case(scripted_gateway)
    finance = desk("finance")
    decide(finance, "payments_reconciliationcase_settle", case, note="")
    case.refresh_from_db()
    assert case.status == "open"
    decide(finance, "payments_reconciliationcase_settle", case, note="渠道测试单，已与对方确认")
    case.refresh_from_db()
    assert (case.status, case.note, case.outcome) == ("settled", "渠道测试单，已与对方确认", "by_hand")
    assert case.owner == last_act().actor
    assert last_act().action == "reconciliation.settle"
    assert last_act().detail == {"difference": "missing_here", "their_fen": 2990, "our_fen": None}
    assert decide(finance, "payments_reconciliationcase_take_on", case).status_code == 403
    assert "人工了结" in page_of(finance, case).content.decode()


@pytest.mark.django_db(transaction=True)
def test_asking_the_gateway_again_captures_what_it_confirms(
    desk: Desk, scripted_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silent in the morning, it answers in the afternoon: captured through the ledger, and the case is closed."""
    payment = make_unpaid()
    pay_at_gateway(payment, at=timezone.now())
    scripted_gateway.mute.add(payment.number)
    case = make_case(scripted_gateway, line_of(payment.number, payment.amount_fen))
    scripted_gateway.mute.clear()
    asked_in_transaction = []
    plain = ScriptedGateway.query

    def query(gateway: ScriptedGateway, payment: Payment) -> GatewayPayment:
        asked_in_transaction.append(connection.in_atomic_block)
        return plain(gateway, payment)

    monkeypatch.setattr(ScriptedGateway, "query", query)
    decide(desk("finance"), "payments_reconciliationcase_ask_gateway", case)
    case.refresh_from_db()
    payment.refresh_from_db()
    assert (case.status, case.outcome, payment.status) == ("repaired", "captured", "captured")
    assert asked_in_transaction == [False]
    assert (case.answer_fen, case.answer_status) == (payment.amount_fen, "captured")
    assert last_act().action == "reconciliation.replay"


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_stays_silent_is_said_plainly(desk: Desk, scripted_gateway: Gateway) -> None:
    payment = make_unpaid()
    scripted_gateway.mute.add(payment.number)
    case = make_case(scripted_gateway, line_of(payment.number, payment.amount_fen))
    finance = desk("finance")
    decide(finance, "payments_reconciliationcase_ask_gateway", case)
    assert "支付渠道暂时没有回应" in page_of(finance, case).content.decode()
    case.refresh_from_db()
    assert case.status == "open"


@pytest.mark.django_db
def test_about_a_document_that_is_not_ours_nobody_can_be_asked(desk: Desk, scripted_gateway: Gateway) -> None:
    case = make_case(scripted_gateway)
    assert decide(desk("finance"), "payments_reconciliationcase_ask_gateway", case).status_code == 403


@pytest.mark.django_db
def test_a_bill_is_read_again_on_request(desk: Desk, scripted_gateway: Gateway) -> None:
    run = make_case(scripted_gateway).run
    decide(desk("finance"), "payments_reconciliationrun_read_again", run)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert run.due_at > run.finished_at
    assert (last_act().action, last_act().subject) == ("reconciliation.read_again", f"bill:{NAME} {YESTERDAY}")


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["operations", "support", "content", "risk"])
def test_only_finance_sees_and_decides(desk: Desk, scripted_gateway: Gateway, group: str) -> None:
    """A5."""
    case = make_case(scripted_gateway)
    browser = desk(group)
    assert browser.get(reverse(CASES)).status_code == 403
    assert browser.get(reverse(RUNS)).status_code == 403
    assert page_of(browser, case).status_code == 403
    assert decide(browser, "payments_reconciliationcase_settle", case, note="了结").status_code == 403
    assert decide(browser, "payments_reconciliationrun_read_again", case.run).status_code == 403
    case.refresh_from_db()
    assert (case.status, case.owner) == ("open", None)
    assert "对账差异" not in browser.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_list_asks_no_more_for_more_cases(chief: Client, scripted_gateway: Gateway) -> None:
    owner = User.objects.get(is_superuser=True)

    def cost() -> int:
        ReconciliationCase.objects.update(owner=owner)
        with CaptureQueriesContext(connection) as queries:
            chief.get(reverse(CASES))
            chief.get(reverse(RUNS))
        return len(queries)

    make_case(scripted_gateway)
    few = cost()
    scripted_gateway.bills[YESTERDAY] += [line_of(f"P-{number}") for number in range(10)]
    reconcile(gateway=NAME, day=YESTERDAY, now=timezone.now())
    scripted_gateway.bills[YESTERDAY - dt.timedelta(days=1)] = []
    reconcile(gateway=NAME, day=YESTERDAY - dt.timedelta(days=1), now=timezone.now())
    assert ReconciliationCase.objects.count() == 11
    assert ReconciliationRun.objects.count() == 2
    assert cost() <= few
