"""J2: operators take a list as a file: what it shows, masked, with its filter. Who may not see it may not have it."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.exports.changelists import PREFIX
from common.exports.reports import reports
from common.exports.writing import write_next
from common.models import AuditEntry, ExportJob
from common.operators import Exported
from tests.factories.accounts import make_operator, make_user
from tests.factories.campaigns import fill, join_and_pay, make_open
from tests.fixtures.sheets import read_csv, read_xlsx
from tests.web.admin.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
PHONE, NAME = "13811112222", "王小明"


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)


def exported(browser: Client, model: str, query: str = "") -> list[list[str]]:
    address = f"{reverse('admin:export_make', args=[model])}?{query}"
    return read_csv(content_of(browser.post(address, {"format": "csv"})))


def test_every_list_there_is_can_be_had_and_shows_no_more_than_the_list(chief: Client) -> None:
    """A7: no file names anybody whom the page masks."""
    order = join_and_pay(make_user(PHONE, name=NAME), make_open())
    models = [model for model, model_admin in admin.site._registry.items() if isinstance(model_admin, Exported)]
    assert len(models) >= len(admin.site._registry) - 1
    for model in models:
        shown = chief.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        titles, *rows = exported(chief, model._meta.label_lower)
        assert all(title.strip() for title in titles), model
        text = str(rows)
        for secret in (PHONE, NAME, order.pickup_code or PHONE):
            assert secret not in text, model
        written_down = int(model is AuditEntry)
        assert len(rows) == shown.context["cl"].result_count + written_down, model


def test_the_filter_of_the_list_travels_along_and_money_is_a_number_of_yuan(chief: Client) -> None:
    orders = fill(make_open(), 3)
    page = chief.get(f"{reverse('admin:orders_order_changelist')}?status__exact=paid").content.decode()
    assert f'action="{reverse("admin:export_make", args=["orders.order"])}?status__exact=paid"' in page
    titles, *rows = exported(chief, "orders.order", "status__exact=paid")
    assert titles == ["订单号", "商家", "买家", "应付", "状态", "下单时间", "付款时间"]
    assert [row[0] for row in rows] == [order.number for order in reversed(orders)]
    assert (rows[0][3], rows[0][4]) == ("29.90", "已付款")
    assert exported(chief, "orders.order", "status__exact=ready")[1:] == []
    made = chief.post(f"{reverse('admin:export_make', args=['orders.order'])}?q={orders[0].number}", {"format": "xlsx"})
    assert read_xlsx(content_of(made))[1][3] == ("n", "29.90")


def test_fen_of_the_table_are_yuan_in_the_file(chief: Client) -> None:
    fill(make_open(), 1)
    titles, *rows = exported(chief, "payments.ledgertransaction")
    assert rows
    for model in ("payments.refund", "payments.withdrawal", "catalog.sku"):
        titles = exported(chief, model)[0] if PREFIX + model in reports else []
        assert not [title for title in titles if "分）" in title]


def test_who_may_not_see_a_list_may_not_have_it(desk: Desk, client: Client) -> None:
    """A5: neither now nor later, and nobody else's."""
    address = reverse("admin:export_make", args=["payments.refund"])
    assert desk("content").post(address).status_code == 403
    assert client.post(address).status_code == 302
    assert desk("finance").get(address).status_code == 405
    assert desk("finance").post(reverse("admin:export_make", args=["nothing.there"])).status_code == 404
    exported(desk("finance"), "payments.refund")
    job = ExportJob.objects.get()
    other = desk("finance")
    pages = [reverse(f"admin:{name}", args=[job.code]) for name in ("export", "export_live", "export_file")]
    assert [other.get(page).status_code for page in pages] == [404] * 3
    assert other.post(reverse("admin:export_repeat", args=[job.code])).status_code == 404
    assert "还没有导出过" in other.get(reverse("admin:exports")).content.decode()


def test_whoever_lost_a_right_loses_the_file(client: Client) -> None:
    oscar = make_operator("finance")
    client.force_login(oscar)
    exported(client, "payments.refund")
    job = ExportJob.objects.get()
    assert client.get(reverse("admin:export_file", args=[job.code])).status_code == 200
    oscar.groups.clear()
    assert client.get(reverse("admin:export_file", args=[job.code])).status_code == 404


def test_a_long_list_is_made_in_the_background_and_written_down(chief: Client, settings: Any) -> None:
    settings.EXPORT_AT_ONCE_ROWS = 1
    fill(make_open(), 2)
    asked = chief.post(f"{reverse('admin:export_make', args=['orders.order'])}?status__exact=paid", {"format": "csv"})
    job = ExportJob.objects.get()
    assert asked.headers["Location"] == reverse("admin:export", args=[job.code])
    assert "在排队，马上开始" in chief.get(asked.headers["Location"]).content.decode()
    write_next(now=timezone.now())
    part = chief.get(reverse("admin:export_live", args=[job.code]))
    assert (part.status_code, "文件好了" in part.content.decode()) == (286, True)
    assert len(read_csv(content_of(chief.get(reverse("admin:export_file", args=[job.code]))))) == 3
    assert AuditEntry.objects.get(action="export.make").detail["report"] == "operators.orders.order"
    page = chief.get(reverse("admin:exports")).content.decode()
    assert job.code in page
    assert reverse("admin:exports") in chief.get("/admin/").content.decode()
