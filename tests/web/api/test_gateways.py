"""F1: a program pays at a real gateway, at those of the order's merchant only."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from orders.models import Order
from payments.models import Payment
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.fixtures.wechat import FakeWeChat, wechat
from tests.web.api.conftest import Program, is_problem

__all__ = ["wechat"]
pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36"
IN_WECHAT = f"{PHONE} MicroMessenger/8.0.50"


@pytest.fixture
def order(wechat: FakeWeChat) -> Order:
    return join_as(make_user(), make_open(), 2)


def pay(program: Callable[..., Program], order: Order, *, agent: str = "") -> Any:
    client = program(order.buyer)
    client.defaults["HTTP_USER_AGENT"] = agent
    return client.tell(f"orders/{order.number}/payments/", {"gateway": "wechat"})


def test_a_desktop_program_gets_the_text_of_a_qr_code(program: Callable[..., Program], order: Order) -> None:
    answer = pay(program, order)
    assert answer.status_code == 201
    assert answer.json()["pay_url"] == f"weixin://wxpay/bizpayurl?pr={answer.json()['number']}"


def test_a_phone_gets_a_page_that_knows_its_address(
    program: Callable[..., Program], order: Order, wechat: FakeWeChat
) -> None:
    answer = pay(program, order, agent=PHONE)
    assert answer.json()["pay_url"].startswith("https://wx.tenpay.com/")
    assert wechat.payments[answer.json()["number"]]["scene_info"]["payer_client_ip"] == "127.0.0.1"


def test_inside_wechat_it_is_told_that_the_payer_has_to_say_who_they_are(
    program: Callable[..., Program], order: Order, wechat: FakeWeChat
) -> None:
    is_problem(pay(program, order, agent=IN_WECHAT), 409, "openid_needed")
    assert wechat.payments == {}


def test_a_gateway_that_is_not_its_merchants_is_refused(
    program: Callable[..., Program], order: Order, settings: Settings
) -> None:
    settings.MERCHANT_GATEWAYS = {order.merchant.code: ["wechat-orchard"]}
    is_problem(pay(program, order), 404, "unknown_gateway")
    assert not Payment.objects.exists()
