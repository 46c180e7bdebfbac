"""J2: every list of the back office as a file: what it shows, of this shop alone, masked, with the filter it has."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.states import StaffRole
from analytics.services.folding import fold_stale
from campaigns.services.settling import settle
from common import events
from common.exports.reports import reports
from common.exports.writing import write_next
from common.models import AuditEntry, ExportJob
from orders.models import Order
from orders.services.completing import complete_due
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, make_open, make_point
from tests.factories.exports import make_export
from tests.factories.orders import make_received
from tests.fixtures.sheets import read_csv, read_xlsx
from tests.web.backoffice.desks import Desk, words
from web.backoffice.exports.contributing import PREFIX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)
ALL = [name.removeprefix(PREFIX) for name, _report in reports.items() if name.startswith(PREFIX)]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


def succeeded(merchant: Merchant, people: int = 3) -> list[Order]:
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR, points=[make_point(merchant)])
    orders = fill(campaign, people, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    return orders


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)


def exported(desk: Desk, report: str, query: str = "") -> list[list[str]]:
    """The rows of a list as its page would hand them out, titles first."""
    address = f"{desk.url(f'exports/make/{report}/')}?{query}"
    return read_csv(content_of(desk.client.post(address, {"format": "csv"})))


def test_the_orders_a_list_shows_with_money_in_yuan(desk: Desk, merchant: Merchant) -> None:
    orders = succeeded(merchant, 5)
    titles, *rows = exported(desk, "orders", "state=preparing")
    assert [row[0] for row in rows] == [order.number for order in reversed(orders)]
    told = dict(zip(titles, rows[0], strict=True))
    assert (told["商品"], told["件数"], told["去向"]) == ("红富士苹果 5 斤装 × 1", "1", "锦绣花园东门")
    assert (told["实付"], told["退差价"], told["差价以外退款"]) == ("29.90", "3.00", "0.00")
    assert exported(desk, "orders", f"q={orders[0].number}")[1:] == [rows[-1]]
    assert exported(desk, "orders", "state=ready")[1:] == []


def test_people_leave_as_masked_as_they_are_shown(desk: Desk, merchant: Merchant) -> None:
    """A7: a file travels further than a page."""
    alice = make_user("13811112222", name="王晓雨")
    join_and_pay(alice, make_open(merchant))
    text = str(exported(desk, "orders", "state=all"))
    assert "王**" in text
    assert "2222" in text
    assert "王晓雨" not in text
    assert "13811112222" not in text


def test_excel_gets_the_same_rows_with_numbers_that_are_numbers(desk: Desk, merchant: Merchant) -> None:
    succeeded(merchant, 3)
    answer = desk.client.post(f"{desk.url('exports/make/order-lines/')}?state=all", {"format": "xlsx"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AE%A2%E5%8D%95")
    assert answer.headers["Cache-Control"] == "private, no-store"
    titles, *rows = read_xlsx(content_of(answer))
    paid = [said for _kind, said in titles].index("实付")
    assert [row[paid] for row in rows] == [("n", "29.90")] * 3


def test_what_a_buyer_typed_is_no_formula(desk: Desk, merchant: Merchant) -> None:
    join_and_pay(make_user(name="=1+1"), make_open(merchant, title="@团"))
    assert "'=***" in exported(desk, "orders", "state=all")[1]
    assert "'@团" in exported(desk, "campaigns")[1]


def test_the_statement_is_what_its_page_says() -> None:
    order = make_received(now=timezone.now() - 4 * DAY)
    complete_due(now=timezone.now())
    desk = Desk(owner_of(order.merchant), order.merchant)
    titles, *rows = exported(desk, "statement")
    told = dict(zip(titles, rows[0], strict=True))
    assert (told["单数"], told["买家付款"], told["团长佣金"], told["平台服务费"]) == ("1", "59.80", "-2.99", "-1.20")
    assert told["结算"] == "55.61"
    assert exported(desk, "money-settled")[1][0] == order.number


def test_a_day_has_the_numbers_of_the_metrics_page(desk: Desk, merchant: Merchant) -> None:
    """J1: the same words, rates per cent, and nothing where nothing can be worked out."""
    fill(make_open(merchant), 2)
    events.drain(now=timezone.now())
    fold_stale()
    titles, row = exported(desk, "days")
    told = dict(zip(titles, row, strict=True))
    assert told["日期"] == timezone.localdate().isoformat()
    assert (told["付款订单"], told["付款金额"], told["成交额"], told["客单价"]) == ("2", "59.80", "59.80", "29.90")
    assert (told["新客"], told["复购率 (%)"], told["转化率 (%)"], told["成团率 (%)"]) == ("2", "0.00", "", "")
    assert exported(desk, "days", "to=2020-01-01")[1:] == []


def test_a_long_list_goes_to_the_background_and_its_page_says_how_far_it_is(
    desk: Desk, merchant: Merchant, settings: Any
) -> None:
    settings.EXPORT_AT_ONCE_ROWS = 2
    orders = succeeded(merchant, 3)
    asked = desk.client.post(f"{desk.url('exports/make/orders/')}?state=all", {"format": "csv"})
    job = ExportJob.objects.get()
    assert asked.headers["Location"] == desk.url(f"exports/{job.code}/")
    assert "在排队，马上开始" in desk.read(f"exports/{job.code}/")
    assert desk.get(f"exports/{job.code}/file/").status_code == 404
    assert desk.get(f"exports/{job.code}/live/", seen="queued-0").status_code == 204

    ExportJob.objects.update(status="running", lease_until=timezone.now() + HOUR, rows_done=2, rows_total=3)
    part = desk.get(f"exports/{job.code}/live/", seen="queued-0")
    assert (part.status_code, "3 行，写好了 2 行" in words(part)) == (200, True)

    ExportJob.objects.update(status="queued")
    write_next(now=timezone.now())
    last = desk.get(f"exports/{job.code}/live/", seen="running-2")
    assert (last.status_code, "一共 3 行" in words(last)) == (286, True)
    rows = read_csv(content_of(desk.get(f"exports/{job.code}/file/")))
    assert [row[0] for row in rows[1:]] == [order.number for order in reversed(orders)]


def test_a_link_that_expired_says_so_and_offers_a_new_one(desk: Desk, merchant: Merchant) -> None:
    job = make_export(merchant)
    ExportJob.objects.update(expires_at=timezone.now())
    gone = desk.get(f"exports/{job.code}/file/")
    assert (gone.status_code, "这个文件已经过期" in words(gone)) == (404, True)
    page = desk.read(f"exports/{job.code}/")
    assert "这个文件过期了" in page
    assert "已过期" in desk.read("exports/")


def test_a_failure_says_what_to_do_and_can_be_repeated(
    desk: Desk, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("common.exports.writing.MOST_ROWS", -1)
        asked = desk.client.post(desk.url("exports/make/orders/"), {"format": "csv"})
    job = ExportJob.objects.get()
    assert "缩小日期或筛选范围" in words(desk.client.get(asked.headers["Location"]))
    again = desk.client.post(desk.url(f"exports/{job.code}/repeat/"), follow=True)
    assert "已经重新排队" in words(again)
    write_next(now=timezone.now())
    assert "文件好了" in desk.read(f"exports/{job.code}/")
    assert "这个导出不用重来" in words(desk.client.post(desk.url(f"exports/{job.code}/repeat/"), follow=True))


def test_a_role_has_the_lists_it_may_see_and_no_others(merchant: Merchant) -> None:
    """A5: the warehouse sees no statement, neither its page nor its file, asked for by whomever."""
    statement, orders = make_export(merchant, "statement", query=""), make_export(merchant)
    desk = Desk(make_staff(merchant, StaffRole.WAREHOUSE), merchant)
    assert desk.client.post(desk.url("exports/make/statement/")).status_code == 403
    assert desk.client.post(desk.url("exports/make/nothing/")).status_code == 404
    assert [desk.get(f"exports/{statement.code}/{page}").status_code for page in ("", "live/", "file/")] == [404] * 3
    assert desk.client.post(desk.url(f"exports/{statement.code}/repeat/")).status_code == 404
    assert desk.get(f"exports/{orders.code}/file/").status_code == 200
    page = desk.read("exports/")
    assert orders.code in page
    assert statement.code not in page
    assert "对账单" not in page


def test_it_is_written_down_who_took_what(desk: Desk, merchant: Merchant) -> None:
    exported(desk, "orders", "q=13800000001")
    entry = AuditEntry.objects.get(action="export.make")
    assert entry.actor_id == desk.person.pk
    assert entry.detail == {"report": "shop.orders", "scope": merchant.code, "format": "csv"}


def test_the_button_carries_the_filter_of_the_list(desk: Desk, merchant: Merchant) -> None:
    order = succeeded(merchant)[0]
    sku = order.lines.get().sku
    for path, query, report in (
        ("orders/", {"state": "ready", "q": "1234"}, "orders/?state=ready&q=1234"),
        ("products/", {"q": "苹果"}, "products/?q=%E8%8B%B9%E6%9E%9C"),
        ("stock/", {"low": "1"}, "stock/?low=1"),
        (f"stock/{sku.code}/", {}, f"movements/?sku={sku.code}"),
        ("campaigns/", {"state": "open"}, "campaigns/?state=open"),
        (f"campaigns/{order.source_code}/picking/", {}, f"picking/?campaign={order.source_code}"),
        ("refunds/", {"kind": "difference"}, "refunds/?kind=difference"),
        ("money/orders/", {"show": "held"}, "money-held/?show=held"),
        ("money/withdrawals/", {"state": "paid"}, "withdrawals/?state=paid"),
        ("reviews/", {"show": "questions"}, "questions/?show=questions"),
    ):
        assert f'action="{desk.url("exports/make/")}{report}"' in desk.read(path, **query), path
    assert "make/days/?from=" in desk.read("numbers/")
    statement = {"from": "2026-01-01", "to": "2026-02-01"}
    assert "make/statement/?from=2026-01-01&to=2026-02-01" in words(desk.client.get(desk.url("money/"), statement))
