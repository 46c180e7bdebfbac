"""The operators' front page says in ten seconds what waits and since when; their lists speak in words."""

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.services.cancelling import cancel
from campaigns.services.reviewing import submit
from common import audit
from common.acts import ACTS
from common.models import AuditEntry, Transition
from payments.models import Callback, Payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, join_as, make_draft, make_open
from tests.factories.catalog import make_sku
from tests.web.admin.conftest import Desk, page_of

HOUR = dt.timedelta(hours=1)
ROOT = Path(settings.BASE_DIR)
APPS = [file.parent for file in ROOT.glob("*/apps.py")]


def queue(page: object, title: str) -> dict[str, object]:
    return next(each for each in page.context["queues"] if str(each["title"]) == title)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_merchant_who_waits_a_day_and_more_is_late(chief: Client) -> None:
    merchant = make_merchant(approved=False)
    Merchant.objects.filter(pk=merchant.pk).update(applied_at=timezone.now() - 3 * HOUR)
    page = chief.get("/admin/")
    assert (queue(page, "待审核的商家")["is_late"], queue(page, "待审核的团购")["is_late"]) == (False, False)
    assert "最早的等了 3 小时" in page.content.decode().replace("\xa0", " ")
    Merchant.objects.filter(pk=merchant.pk).update(applied_at=timezone.now() - 49 * HOUR)
    page = chief.get("/admin/")
    assert queue(page, "待审核的商家")["is_late"]
    assert "已经晚了" in page.content.decode()


@pytest.mark.django_db
def test_a_campaign_waits_since_it_was_handed_in_last(chief: Client) -> None:
    """Not since it was written: a draft may lie for weeks."""
    draft = make_draft(now=timezone.now())
    submit(campaign=draft, actor_id=owner_of(draft.merchant).pk, now=timezone.now())
    assert queue(chief.get("/admin/"), "待审核的团购")["is_late"] is False
    Transition.objects.filter(to_state="in_review").update(at=timezone.now() - 5 * HOUR)
    assert queue(chief.get("/admin/"), "待审核的团购")["is_late"] is True


@pytest.mark.django_db
def test_a_message_that_fits_no_payment_waits_until_the_payment_is_captured(
    chief: Client, scripted_gateway: object
) -> None:
    """E: what came with another amount is looked at; a forged one without a payment is evidence and no work."""
    order = join_and_pay(make_user(), make_open())
    captured = Payment.objects.get(payer=order.buyer)
    unpaid = Payment.objects.create(
        subject_kind="order",
        subject_number="G1",
        merchant=order.merchant,
        payer=order.buyer,
        gateway="sandbox",
        amount_fen=2990,
        expires_at=timezone.now(),
        created_at=timezone.now(),
    )
    for payment in (captured, unpaid, None):
        Callback.objects.create(
            gateway="sandbox", payment=payment, verdict="rejected", body="{}", amount_fen=1, received_at=timezone.now()
        )
    waiting = queue(chief.get("/admin/"), "对不上的支付通知")
    assert waiting["count"] == 1
    listed = chief.get(str(waiting["address"]))
    assert [each.payment for each in listed.context["cl"].result_list] == [unpaid]
    assert "¥29.90" in listed.content.decode()
    assert "¥0.01" in listed.content.decode()


@pytest.mark.django_db
def test_the_numbers_of_today_leave_yesterday_out(desk: Desk, scripted_gateway: object) -> None:
    campaign = make_open()
    order = join_and_pay(make_user(), campaign, 2)
    before = join_and_pay(make_user(), campaign)
    type(before).objects.filter(pk=before.pk).update(paid_at=timezone.now() - dt.timedelta(days=1))
    join_as(make_user(), campaign)
    cache.clear()
    numbers = dict(desk("support").get("/admin/").context["numbers"])
    assert numbers["付款订单"] == "1"
    assert numbers["收款"] == f"¥{order.payable_fen / 100:.2f}"
    assert (numbers["退款到账"], numbers["拼团中"]) == ("¥0.00", "1")


@pytest.mark.django_db
def test_the_page_of_a_campaign_shows_what_its_review_needs(desk: Desk, scripted_gateway: object) -> None:
    """C12, rule 18: ladder with margin, stock, and how often the merchant called a campaign off."""
    merchant = make_merchant()
    called_off = make_open(merchant)
    cancel(campaign=called_off, actor_id=owner_of(merchant).pk, reason="霜冻绝收", now=timezone.now())
    sku = make_sku(merchant, stock=80)
    type(sku).objects.filter(pk=sku.pk).update(cost_fen=2000)
    draft = make_draft(merchant, skus=[sku])
    submit(campaign=draft, actor_id=owner_of(merchant).pk, now=timezone.now())
    page = page_of(desk("operations"), draft).content.decode()
    assert "¥29.90（毛利 ¥9.90，33%）" in page
    assert "¥20.00" in page
    assert ">80<" in page.replace(" ", "").replace("\n", "")
    assert "开过 1 个团，其中 1 个由商家中途取消" in page


@pytest.mark.django_db
def test_acts_and_states_are_words(chief: Client) -> None:
    campaign = make_draft()
    audit.record(actor_id=None, action="campaign.approve", subject=f"campaign:{campaign.code}")
    assert "通过团购" in chief.get("/admin/").content.decode()
    listed = chief.get(reverse("admin:common_auditentry_changelist"), {"action": "campaign.approve"})
    assert [entry.action for entry in listed.context["cl"].result_list] == ["campaign.approve"]
    steps = chief.get(reverse("admin:common_transition_changelist"), {"q": str(campaign.pk)}).content.decode()
    assert "草稿" in steps
    assert str(Campaign._meta.verbose_name) in steps


def recorded_acts() -> Iterator[str]:
    """The codes that services hand to the audit trail; those put together from parts are named in the test."""
    for app in APPS:
        for file in app.rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text())):
                if isinstance(call, ast.Call):
                    yield from _codes(call)


def _codes(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    given = [each.value for each in call.keywords if each.arg == "action"]
    if name == "_audit":
        given += call.args
    for node in (part for each in given for part in ast.walk(each)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_act_has_its_words() -> None:
    """The counter-part: a new act without words would show its code to operators."""
    acts = {code for code in recorded_acts() if "." in code.strip(".")}
    assert acts - set(ACTS) == set()
    assert {"merchant.approve", "refund.retry", "staff.add"} <= acts


@pytest.mark.django_db
def test_no_dialog_breaks_over_a_nonsense_number(chief: Client) -> None:
    """Whatever is typed into the address: not found, not allowed or back to the list, and nothing happens."""
    before = AuditEntry.objects.count()
    asked = 0
    for model, registered in admin.site._registry.items():
        for act in getattr(registered, "actions_detail", None) or ():
            for nonsense in ("nonsense", "0", "99999999999999999999"):
                name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}"
                address = reverse(name, args=[nonsense])
                got = chief.get(address).status_code
                done = chief.post(address, {"_form_submitted": "on", "note": "x"}).status_code
                assert {got, done} <= {200, 302, 403, 404}, (address, got, done)
                asked += 1
    assert asked >= 30
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
def test_the_last_acts_name_what_they_were_done_to_in_words(chief: Client) -> None:
    audit.record(actor_id=make_user().pk, action="review.answer", subject="review:7K2M")
    audit.record(actor_id=make_user().pk, action="merchant.approve", subject="no kind at all")
    for page in (chief.get("/admin/"), chief.get(reverse("admin:common_auditentry_changelist"))):
        assert "评价 7K2M" in page.content.decode()
        assert "no kind at all" in page.content.decode()
