"""J1 C3: the numbers of the platform for operators who may see them, and the platform's own channel codes."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.services.folding import rebuild
from common.clock import day_of
from marketing.models import ChannelCode
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_as, make_open
from tests.web.admin.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

ADDRESS = "/admin/numbers/"
ADD = "/admin/marketing/channelcode/add/"


def count() -> None:
    now = timezone.now()
    rebuild(since=day_of(now) - dt.timedelta(days=2), until=day_of(now), now=now)


def test_the_platform_is_the_sum_of_its_shops_and_every_number_opens_its_rows(desk: Desk) -> None:
    """J1: two shops with a paid order each, one of them with an order nobody paid."""
    first, second = make_open(), make_open()
    paid = [*fill(first, 1), *fill(second, 1)]
    unpaid = join_as(make_user(), first)
    count()
    operator = desk("finance")
    page = operator.get(ADDRESS).content.decode()
    assert "59.80" in page
    assert page.count("果园直发") == 2
    links = [html.unescape(link) for link in re.findall(r'href="(/admin/orders/order/\?[^"]+)"', page)]
    by_paid = next(link for link in links if "paid_at" in link)
    by_placed = next(link for link in links if "placed_at" in link)
    of_first = next(link for link in links if f"merchant__id__exact={first.merchant_id}" in link)
    shown = [operator.get(link).content.decode() for link in (by_paid, by_placed, of_first)]
    numbers = [*(order.number for order in paid), unpaid.number]
    assert [[number in each for number in numbers] for each in shown] == [
        [True, True, False],
        [True, True, True],
        [True, False, False],
    ]


def test_the_page_asks_as_much_for_many_shops_as_for_one(desk: Desk) -> None:
    operator = desk("operations")

    def asked() -> int:
        count()
        operator.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            operator.get(ADDRESS, {"days": 365})
        return len(queries)

    fill(make_open(), 1)
    one = asked()
    for _shop in range(3):
        fill(make_open(), 2)
    assert asked() == one


def test_who_may_not_count_is_told_no(desk: Desk, client: Client) -> None:
    """H1: support answers buyers; the numbers of the house are none of its business."""
    assert desk("support").get(ADDRESS).status_code == 403
    assert ADDRESS not in desk("support").get("/admin/").content.decode()
    assert ADDRESS in desk("operations").get("/admin/").content.decode()
    assert client.get(ADDRESS).status_code == 302


def test_an_empty_platform_says_so(desk: Desk) -> None:
    assert "这段时间还没有数据" in desk("operations").get(ADDRESS).content.decode()


def test_an_operator_makes_a_code_of_the_platform_and_retires_it(desk: Desk) -> None:
    """C3: what is printed stays as it is; only whether it counts can change."""
    operator = desk("operations")
    assert operator.post(ADD, {"name": "地铁口", "kind": "street", "campaign": ""}).status_code == 302
    channel = ChannelCode.objects.get()
    assert (channel.merchant, channel.name, channel.retired_at) == (None, "地铁口", None)
    address = reverse("admin:marketing_channelcode_change", args=[channel.pk])
    page = operator.get(address).content.decode()
    assert "data:image/svg+xml" in page
    assert operator.post(address, {"name": "别的"}).status_code == 302
    channel.refresh_from_db()
    assert channel.name == "地铁口"
    assert channel.retired_at is not None
    again = operator.post(ADD, {"name": "地铁口", "kind": "street", "campaign": ""})
    assert "已经有一个叫这个名字的渠道码了" in again.content.decode()
    assert desk("support").get(ADD).status_code == 403
