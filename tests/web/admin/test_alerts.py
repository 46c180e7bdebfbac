"""Operators see what only a person can put right, and say what they did about it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.alerts import close_alert, raise_alert
from common.models import Alert, AuditEntry
from tests.web.admin.conftest import Desk, decide, page_of

LIST = "admin:common_alert_changelist"


def make_alert(*, subject: str = "campaign:7K2M", hours: int = 0) -> Alert:
    raise_alert(
        kind="campaign_stays_closing",
        subject=subject,
        sentence="一笔付款问不到结果",
        now=timezone.now() - dt.timedelta(hours=hours),
        order="G20261128000001",
    )
    return Alert.objects.get(subject=subject)


@pytest.mark.django_db
def test_the_front_page_counts_open_alerts_first_and_after_an_hour_they_are_late(chief: Client) -> None:
    make_alert()
    first = chief.get("/admin/").context["queues"][0]
    assert (str(first["title"]), first["count"], first["is_late"]) == ("告警", 1, False)
    make_alert(subject="campaign:9XYZ", hours=2)
    first = chief.get("/admin/").context["queues"][0]
    assert (first["count"], first["is_late"]) == (2, True)


@pytest.mark.django_db
def test_the_queue_lists_what_is_open_in_words(chief: Client) -> None:
    make_alert()
    make_alert(subject="campaign:9XYZ")
    close_alert(kind="campaign_stays_closing", subject="campaign:9XYZ", now=timezone.now())
    listed = chief.get(reverse(LIST), {"open": "1"})
    assert [alert.subject for alert in listed.context["cl"].result_list] == ["campaign:7K2M"]
    page = listed.content.decode()
    assert all(words in page for words in ("团购结算卡住", "团购 7K2M", "一笔付款问不到结果"))
    closed = chief.get(reverse(LIST), {"open": "0"}).context["cl"].result_list
    assert [alert.subject for alert in closed] == ["campaign:9XYZ"]
    of_another_kind = chief.get(reverse(LIST), {"kind": "invariant"})
    assert of_another_kind.context["cl"].result_count == 0


@pytest.mark.django_db
def test_its_page_says_what_is_known(chief: Client) -> None:
    page = page_of(chief, make_alert()).content.decode()
    assert all(words in page for words in ("团购结算卡住", "一笔付款问不到结果", "订单: G20261128000001", "关闭告警"))


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["operations", "finance", "risk"])
def test_whoever_deals_with_it_closes_it_with_a_note_and_is_written_down(desk: Desk, group: str) -> None:
    alert, operator = make_alert(), desk(group)
    asked = operator.get(reverse("admin:common_alert_close", args=[alert.pk])).content.decode()
    assert "下一次检查会重新报警" in asked
    decide(operator, "common_alert_close", alert, note="")
    alert.refresh_from_db()
    assert alert.closed_at is None
    decide(operator, "common_alert_close", alert, note="渠道补发了结果")
    alert.refresh_from_db()
    assert (alert.closed_at is not None, alert.note) == (True, "渠道补发了结果")
    entry = AuditEntry.objects.get(action="alert.close")
    assert (entry.subject, entry.actor) == (f"alert:{alert.pk}", alert.closed_by)
    assert decide(operator, "common_alert_close", alert, note="再来").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["support", "content"])
def test_for_whom_it_is_no_business_there_is_no_queue(desk: Desk, group: str) -> None:
    alert, operator = make_alert(), desk(group)
    page = operator.get("/admin/")
    assert "告警" not in [str(queue["title"]) for queue in page.context["queues"]]
    assert operator.get(reverse(LIST)).status_code == 403
    assert decide(operator, "common_alert_close", alert, note="别人的").status_code == 403
    alert.refresh_from_db()
    assert alert.closed_at is None
