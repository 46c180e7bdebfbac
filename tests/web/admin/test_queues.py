"""What waits for an operator, and each decision about it: through a service, with an audit row."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Merchant
from accounts.states import MerchantStatus
from campaigns.models import Campaign
from campaigns.services.reviewing import submit
from campaigns.services.settling import close
from campaigns.states import CloseReason
from common import events
from common.models import AuditEntry, EventDelivery, OutboxEvent
from notifications.models import Message
from payments.gateways.base import GatewayRefund
from payments.models import Refund
from payments.services.refunding import RefundRequest, request_refunds
from payments.services.returning import confirm_refund
from payments.states import RefundKind, RefundStatus
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_draft, make_open
from tests.web.admin.conftest import Desk, decide, page_of


def audit_of(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


def make_in_review() -> Campaign:
    draft = make_draft()
    return submit(campaign=draft, actor_id=owner_of(draft.merchant).pk, now=timezone.now())


def make_abnormal() -> Refund:
    order = join_and_pay(make_user(), make_open())
    payment = order.buyer.payments.get()
    wanted = RefundRequest(payment_id=payment.pk, kind=RefundKind.AFTER_SALES, amount_fen=100, reason="苹果坏了")
    refund = request_refunds(wanted=[wanted], now=timezone.now())[0]
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.SENT, sent_at=timezone.now())
    return confirm_refund(
        refund_id=refund.pk, fact=GatewayRefund(RefundStatus.ABNORMAL, reason="账户已注销"), now=timezone.now()
    )


def make_parked() -> EventDelivery:
    event = OutboxEvent.objects.create(name="orders.OrderPaid", payload={"order_id": 1})
    return EventDelivery.objects.create(
        event=event, handler="campaigns.handlers.x", status="parked", attempts=8, due_at=timezone.now(), error="Boom"
    )


@pytest.mark.django_db
def test_the_front_page_counts_what_waits(chief: Client, scripted_gateway: object) -> None:
    make_merchant(approved=False)
    make_in_review()
    make_abnormal()
    make_parked()
    close(campaign_id=make_open().pk, reason=CloseReason.FULL, now=timezone.now())
    answer = chief.get("/admin/")
    assert [(str(queue["title"]), queue["count"]) for queue in answer.context["queues"]] == [
        ("告警", 0),
        ("待审核的商家", 1),
        ("待审核的团购", 1),
        ("结算中的团购", 1),
        ("异常退款", 1),
        ("待审核的奖励", 0),
        ("待审批的提现", 0),
        ("待打款", 0),
        ("风控冻结", 0),
        ("风控案件", 0),
        ("对不上的支付通知", 0),
        ("对账差异", 0),
        ("搁置的事件", 1),
    ]
    for queue in answer.context["queues"]:
        assert chief.get(queue["address"]).context["cl"].result_count == queue["count"]


@pytest.mark.django_db
def test_an_operator_approves_a_merchant(desk: Desk) -> None:
    """A2: asked first, then done once, with an audit row."""
    merchant = make_merchant(approved=False)
    operator = desk("operations")
    asked = operator.get(reverse("admin:accounts_merchant_approve", args=[merchant.pk]))
    assert "商家后台随即开通" in asked.content.decode()
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPLIED
    decide(operator, "accounts_merchant_approve", merchant)
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPROVED
    assert audit_of("merchant.approve").subject == f"merchant:{merchant.code}"
    assert decide(operator, "accounts_merchant_approve", merchant).status_code == 403


@pytest.mark.django_db
def test_a_rejection_needs_words(desk: Desk) -> None:
    merchant = make_merchant(approved=False)
    operator = desk("operations")
    assert decide(operator, "accounts_merchant_reject", merchant, note="").status_code == 200
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPLIED
    decide(operator, "accounts_merchant_reject", merchant, note="执照看不清")
    merchant.refresh_from_db()
    assert (merchant.status, merchant.decision_note) == (MerchantStatus.REJECTED, "执照看不清")


@pytest.mark.django_db
def test_an_operator_trusts_suspends_and_restores(desk: Desk) -> None:
    merchant = make_merchant()
    operator = desk("operations")
    decide(operator, "accounts_merchant_trust", merchant)
    merchant.refresh_from_db()
    assert merchant.trusted
    decide(operator, "accounts_merchant_distrust", merchant)
    decide(operator, "accounts_merchant_suspend", merchant, note="资质过期")
    merchant.refresh_from_db()
    assert (merchant.trusted, merchant.status) == (False, MerchantStatus.SUSPENDED)
    decide(operator, "accounts_merchant_restore", merchant)
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPROVED
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    wanted = ["merchant.trust", "merchant.trust", "merchant.suspend", "merchant.restore"]
    assert [action for action in actions if action in wanted] == wanted


@pytest.mark.django_db
def test_only_who_may_decide_decides(desk: Desk) -> None:
    """A5: support sees merchants and cannot approve them."""
    merchant = make_merchant(approved=False)
    support = desk("support")
    assert page_of(support, merchant).status_code == 200
    assert decide(support, "accounts_merchant_approve", merchant).status_code == 403
    assert Merchant.objects.get(pk=merchant.pk).status == MerchantStatus.APPLIED


@pytest.mark.django_db
def test_a_decision_is_never_made_by_following_a_link(desk: Desk) -> None:
    merchant = make_merchant(approved=False)
    desk("operations").get(reverse("admin:accounts_merchant_approve", args=[merchant.pk]))
    merchant.refresh_from_db()
    assert merchant.status == MerchantStatus.APPLIED


@pytest.mark.django_db
def test_an_operator_lets_a_campaign_through_or_sends_it_back(desk: Desk) -> None:
    """C12."""
    good, bad = make_in_review(), make_in_review()
    operator = desk("operations")
    page = page_of(operator, good).content.decode()
    assert "¥29.90" in page
    decide(operator, "campaigns_campaign_approve", good)
    decide(operator, "campaigns_campaign_send_back", bad, note="标题写清楚规格")
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status, bad.review_note) == ("scheduled", "draft", "标题写清楚规格")
    assert audit_of("campaign.approve").subject == f"campaign:{good.code}"
    assert audit_of("campaign.send_back").subject == f"campaign:{bad.code}"


@pytest.mark.django_db
def test_a_refusal_is_shown_and_changes_nothing(desk: Desk) -> None:
    """The window is over: approving says so."""
    campaign = make_in_review()
    past = timezone.now() - dt.timedelta(days=2)
    Campaign.objects.filter(pk=campaign.pk).update(opens_at=past, closes_at=past + dt.timedelta(days=1))
    operator = desk("operations")
    decide(operator, "campaigns_campaign_approve", campaign)
    assert "截止时间已经过去了" in page_of(operator, campaign).content.decode()
    campaign.refresh_from_db()
    assert campaign.status == "in_review"


@pytest.mark.django_db
def test_finance_sends_an_abnormal_refund_again_under_its_number(desk: Desk, scripted_gateway: object) -> None:
    """E3, F2."""
    refund = make_abnormal()
    number = refund.number
    decide(desk("finance"), "payments_refund_send_again", refund)
    refund.refresh_from_db()
    assert (refund.status, refund.number, refund.attempts) == (RefundStatus.SENT, number, 0)
    assert audit_of("refund.retry").detail == {"amount_fen": 100}


@pytest.mark.django_db
def test_finance_pays_an_abnormal_refund_by_hand_and_the_buyer_hears_both_times(
    desk: Desk, scripted_gateway: object
) -> None:
    """E3, F2: the bank's number is asked for; the buyer is told that it is stuck, and that it has come."""
    refund = make_abnormal()
    finance = desk("finance")
    decide(finance, "payments_refund_to_another_account", refund, reference="", note="买家换了卡")
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL
    decide(finance, "payments_refund_to_another_account", refund, reference="2026112188", note="买家换了卡")
    refund.refresh_from_db()
    assert (refund.status, refund.route, refund.reference) == ("done", "other", "2026112188")
    assert audit_of("refund.pay_elsewhere").detail["note"] == "买家换了卡"
    assert "2026112188" in page_of(finance, refund).content.decode()
    events.drain(now=timezone.now())
    told = Message.objects.filter(recipient=refund.payment.payer, about=f"refund:{refund.number}").order_by("pk")
    assert [message.title for message in told] == [
        "¥1.00 的退款没能退成，我们正在跟银行核对",
        "¥1.00 已打到你的其他账户",
    ]


@pytest.mark.django_db
def test_finance_gives_an_abnormal_refund_to_the_balance(desk: Desk, scripted_gateway: object) -> None:
    refund = make_abnormal()
    finance = desk("finance")
    decide(finance, "payments_refund_to_balance", refund, note="买家同意")
    refund.refresh_from_db()
    assert (refund.status, refund.route) == ("done", "balance")
    assert decide(finance, "payments_refund_to_balance", refund, note="再来").status_code == 403
    events.drain(now=timezone.now())
    assert Message.objects.filter(recipient=refund.payment.payer, title="¥1.00 已退到余额").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["send_again", "to_another_account", "to_balance"])
def test_support_sees_an_abnormal_refund_and_moves_nothing(desk: Desk, scripted_gateway: object, way: str) -> None:
    """A5: money is finance's."""
    refund = make_abnormal()
    support = desk("support")
    assert page_of(support, refund).status_code == 200
    assert decide(support, f"payments_refund_{way}", refund, reference="1", note="x").status_code == 403
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL


@pytest.mark.django_db
def test_a_parked_event_goes_back_into_the_queue(desk: Desk) -> None:
    """K5."""
    parked = make_parked()
    decide(desk("risk"), "common_eventdelivery_run_again", parked)
    parked.refresh_from_db()
    assert (parked.status, parked.attempts) == ("waiting", 0)
    assert audit_of("event.run_again").subject == f"delivery:{parked.pk}"


@pytest.mark.django_db
def test_the_chief_appoints_and_dismisses_an_operator(chief: Client, desk: Desk) -> None:
    """A5."""
    bob = make_user(name="Bob")
    desk("finance")
    decide(chief, "accounts_user_appoint", bob, groups=[_group("finance")])
    bob.refresh_from_db()
    assert (bob.is_staff, list(bob.groups.values_list("name", flat=True))) == (True, ["finance"])
    decide(chief, "accounts_user_appoint", bob)
    bob.refresh_from_db()
    assert (bob.is_staff, bob.groups.count()) == (False, 0)
    assert decide(desk("risk"), "accounts_user_appoint", bob, groups=[_group("finance")]).status_code == 403


def _group(name: str) -> int:
    return Group.objects.get(name=name).pk
