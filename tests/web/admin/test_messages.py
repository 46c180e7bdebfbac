"""K2: operators see how each kind is told and change it; the log of what left shows nobody."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Dispatch, MessageKind
from notifications.services.sending import send_due
from notifications.topics import kinds
from tests.factories.accounts import make_user
from tests.factories.notifications import NOON, give_email, tell_payee
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/messagekind/"


@pytest.fixture
def kind(desk: Desk) -> MessageKind:
    desk("operations").get(LIST)
    return MessageKind.objects.get(kind="payee_added")


def typed(**changed):
    return {
        "topic": "money",
        "channels": ["inbox", "sms"],
        "urgent": "on",
        "text_zh_hans": "小心：{{ payee }}",
        "text_en": "Careful: {{ payee }}",
    } | changed


def save(browser: Client, kind: MessageKind, **changed):
    return browser.post(reverse("admin:notifications_messagekind_change", args=[kind.pk]), typed(**changed))


def test_the_matrix_lists_every_kind_with_its_channels(desk: Desk) -> None:
    page = desk("operations").get(LIST).content.decode()
    for name in kinds():
        assert name in page
    assert "添加了收款账户 示例" in page
    by_topic = desk("operations").get(LIST, {"topic": "shop"}).context["cl"].result_list
    assert {row.kind for row in by_topic} >= {"stock_low", "review_written"}
    assert "order_paid" not in {row.kind for row in by_topic}


def test_an_operator_looks_first_and_saves_then(desk: Desk, kind: MessageKind) -> None:
    browser = desk("operations")
    looked = save(browser, kind, only_preview="on")
    assert "小心：示例" in looked.content.decode()
    kind.refresh_from_db()
    assert kind.texts == {}
    assert save(browser, kind).status_code == 302
    kind.refresh_from_db()
    assert (kind.texts, kind.channels) == (
        {"zh-hans": "小心：{{ payee }}", "en": "Careful: {{ payee }}"},
        ["inbox", "sms"],
    )
    decide(browser, "notifications_messagekind_reset", kind)
    kind.refresh_from_db()
    assert (kind.texts, kind.channels) == ({}, None)


def test_a_wrong_text_is_said_at_its_field(desk: Desk, kind: MessageKind) -> None:
    page = save(desk("operations"), kind, text_en="{{ payee.number }}")
    assert "没有这个变量：payee.number" in page.content.decode()
    kind.refresh_from_db()
    assert kind.texts == {}


def test_who_only_answers_people_changes_nothing(desk: Desk, kind: MessageKind) -> None:
    assert save(desk("support"), kind).status_code == 403
    assert desk("support").get(LIST).status_code == 403


def test_the_log_shows_what_became_of_a_message_and_nobody(desk: Desk) -> None:
    """K2: delivery log without personal data."""
    alice = make_user("13812345678", name="王小明")
    give_email(alice)
    tell_payee(alice)
    send_due(now=NOON)
    Dispatch.objects.filter(channel="email").update(state="failed", error="smtp_550", words="x:" + "A" * 60)
    browser = desk("operations")
    failed = Dispatch.objects.get(channel="email")
    pages = [browser.get("/admin/notifications/dispatch/"), page_of(browser, failed)]
    for page in pages:
        shown = page.content.decode()
        assert "payee_added" in shown
        for secret in ("13812345678", "138****5678", "alice@example.com", "王", "建设银行", alice.code):
            assert not re.search(rf"\b{re.escape(secret)}\b", shown), secret
    assert "smtp_550" in pages[1].content.decode()


def test_what_failed_is_sent_again_by_who_may(desk: Desk) -> None:
    tell_payee(make_user())
    Dispatch.objects.update(state="failed", error="gave_up")
    failed = Dispatch.objects.get()
    decide(desk("support"), "notifications_dispatch_send_again", failed)
    failed.refresh_from_db()
    assert failed.state == "failed"
    decide(desk("operations"), "notifications_dispatch_send_again", failed)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == ("queued", 0, "")


def test_numbers_by_day_and_channel_for_who_may_see_the_log(desk: Desk, django_assert_max_num_queries) -> None:
    tell_payee(make_user(), make_user())
    Dispatch.objects.update(created_at=make_user().joined_at)
    Dispatch.objects.filter(pk=Dispatch.objects.latest("pk").pk).update(state="sent", done_at=NOON, words="")
    browser = desk("support")
    page = browser.get("/admin/messages/days/").content.decode()
    cells = re.findall(r'text-right[^>]*">(\d+)<', page)
    assert cells == ["1", "0", "1", "0", "0", "2"]
    assert desk("content").get("/admin/messages/days/").status_code == 403
