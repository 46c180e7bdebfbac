"""F2: the walk of every fen, for operators and for the merchant whose orders they are."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.states import StaffRole
from campaigns.models import Campaign
from orders.models import Order
from payments.models import Refund
from payments.services.refunding import RefundRequest, request_refunds
from payments.services.sending import send_due
from payments.states import RefundKind
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import fill, make_open
from tests.web.admin.conftest import Desk as OperatorDesk
from tests.web.admin.conftest import desk as desk
from tests.web.admin.conftest import page_of
from tests.web.backoffice.desks import Desk
from web.walks import rows_of, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def refund_some(order: Order, *, amount_fen: int) -> Refund:
    wanted = RefundRequest(
        payment_id=order.buyer.payments.get().pk,
        kind=RefundKind.AFTER_SALES,
        amount_fen=amount_fen,
        reason="苹果坏了",
    )
    return request_refunds(wanted=[wanted], now=timezone.now())[0]


def test_an_order_is_walked_entry_by_entry():
    order = fill(make_open(), 1)[0]
    refund_some(order, amount_fen=500)
    payment = order.buyer.payments.get()
    walked = [(step.account, step.debit_fen, step.credit_fen, step.starts) for step in steps_of(order)]
    assert walked == [
        ("渠道待清算 scripted", payment.amount_fen, None, True),
        (f"托管 {order.merchant.name}", None, payment.amount_fen, False),
        (f"托管 {order.merchant.name}", 500, None, True),
        ("在途退款 scripted", None, 500, False),
    ]


def test_a_merchant_sees_where_the_money_of_a_campaign_lies(django_assert_max_num_queries: Any):
    campaign = make_open()
    first, second = fill(campaign, 2)
    refund = refund_some(first, amount_fen=500)
    send_due(now=refund.due_at)
    came_fen = first.payable_fen + second.payable_fen
    owner = Desk(owner_of(campaign.merchant), campaign.merchant)
    with django_assert_max_num_queries(20):
        page = owner.get(f"campaigns/{campaign.code}/walk/")
    money = page.context["walk"].money
    assert (money.captured_fen, money.refunded_fen, money.held_fen) == (came_fen, 500, came_fen - 500)
    assert money.came_fen == money.lies_fen == came_fen
    assert "两边相等，一分不差" in page.content.decode()
    by_number = {row.order.number: row.money for row in rows_of([first, second])}
    assert by_number[first.number].held_fen == first.payable_fen - 500
    assert by_number[second.number].held_fen == second.payable_fen
    for path in (f"orders/{first.number}/walk/", "walk/"):
        assert "两边相等，一分不差" in owner.read(path)
    assert f'href="{owner.url("walk/")}"' in owner.read("money/")


def test_a_shop_without_money_says_so():
    merchant = make_merchant()
    assert "还没有收到过钱" in Desk(owner_of(merchant), merchant).read("walk/")


@pytest.mark.parametrize(("role", "status"), [(StaffRole.FINANCE, 200), (StaffRole.WAREHOUSE, 403)])
def test_the_books_are_for_those_who_work_with_numbers(role: StaffRole, status: int):
    order = fill(make_open(), 1)[0]
    person = make_staff(order.merchant, role)
    assert Desk(person, order.merchant).get(f"orders/{order.number}/walk/").status_code == status


def test_nobody_walks_another_merchants_money():
    order = fill(make_open(), 1)[0]
    rival = make_merchant()
    desk_of_rival = Desk(owner_of(rival), rival)
    assert desk_of_rival.get(f"orders/{order.number}/walk/").status_code == 404
    assert desk_of_rival.get(f"campaigns/{order.source_code}/walk/").status_code == 404


def test_finance_finds_any_order_campaign_and_merchant(desk: OperatorDesk):
    order = fill(make_open(), 1)[0]
    finance = desk("finance")
    assert "两边相等，一分不差" in finance.get(reverse("admin:walk")).content.decode()
    for typed in (order.number, order.source_code.lower(), order.merchant.code):
        page = finance.get(reverse("admin:walk"), {"q": typed}, follow=True)
        assert page.status_code == 200
        assert page.redirect_chain[0][0].rstrip("/").endswith(typed.upper())
        assert page.context["walk"].money.captured_fen == order.payable_fen
    missing = finance.get(reverse("admin:walk"), {"q": "没有"}, follow=True)
    assert "没有这个订单号" in missing.content.decode()


def test_the_pages_of_things_lead_to_their_money(desk: OperatorDesk):
    order = fill(make_open(), 1)[0]
    campaign = Campaign.objects.get(code=order.source_code)
    for thing, way in (
        (order, reverse("admin:walk_order", args=[order.number])),
        (campaign, reverse("admin:walk_campaign", args=[campaign.code])),
        (order.merchant, reverse("admin:walk_merchant", args=[order.merchant.code])),
    ):
        assert way in page_of(desk("finance"), thing).content.decode()
        assert way not in page_of(desk("operations"), thing).content.decode()


def test_other_operators_and_customers_do_not_read_the_books(desk: OperatorDesk):
    order = fill(make_open(), 1)[0]
    address = reverse("admin:walk_order", args=[order.number])
    assert desk("content").get(address).status_code == 403
    customer = Client()
    customer.force_login(make_user())
    assert customer.get(address, follow=True).status_code == 403
    assert Client().get(address).status_code == 302
