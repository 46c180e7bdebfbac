"""F1: the page with WeChat's code on a desktop, and WeChat's own till, opened by our script inside its browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from orders.services.paying import start_payment
from payments.gateways.base import PayerClient
from payments.services.starting import open_at_gateway
from payments.states import PayerDevice
from tests.browser.looking import Eye
from tests.browser.world import enter
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.fixtures.wechat import FakeWeChat, wechat

__all__ = ["wechat"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What WeChat's browser brings along: it writes down what it is asked, and answers when the test says so.
BRIDGE = """
window.asked = [];
window.WeixinJSBridge = {invoke: (name, given, then) => { window.asked.push([name, given]); window.answer = then; }};
"""


@pytest.fixture
def order(wechat: FakeWeChat) -> Order:
    return join_as(make_user(name="王晓雨"), make_open(), 2)


def till_of(order: Order, client: PayerClient) -> str:
    """The address of the page that hands over a payment begun with that device."""
    payment = start_payment(order=order, gateway="wechat", now=timezone.now())
    open_at_gateway(payment=payment, now=timezone.now(), client=client)
    return f"/orders/{order.number}/pay/{payment.number}/"


def test_the_code_on_a_desktop_can_be_read_in_light_and_dark(desk: Page, live_server: LiveServer, order: Order) -> None:
    enter(desk.context, order.buyer, live_server.url)
    desk.emulate_media(reduced_motion="reduce")
    eye = Eye(desk)
    eye.look(till_of(order, PayerClient()), other_width=390)
    assert eye.complaints == []
    expect(desk.get_by_role("img", name="付款二维码").locator("svg")).to_be_visible()


def test_inside_wechat_the_till_opens_by_itself(phone: Page, live_server: LiveServer, order: Order) -> None:
    """Closing it without paying leaves the page with its button; anything else goes on to wait for the result."""
    enter(phone.context, order.buyer, live_server.url)
    phone.add_init_script(BRIDGE)
    till = till_of(order, PayerClient(PayerDevice.WECHAT, openid="o-alice"))
    phone.goto(till)
    phone.wait_for_function("window.asked.length === 1")
    name, given = phone.evaluate("window.asked[0]")
    assert name == "getBrandWCPayRequest"
    assert sorted(given) == ["appId", "nonceStr", "package", "paySign", "signType", "timeStamp"]

    phone.evaluate("window.answer({err_msg: 'get_brand_wcpay_request:cancel'})")
    assert phone.url.endswith(till)
    phone.get_by_role("button", name="去付款").click()
    phone.wait_for_function("window.asked.length === 2")
    phone.evaluate("window.answer({err_msg: 'get_brand_wcpay_request:ok'})")
    phone.wait_for_url(f"**/orders/{order.number}/paid/")
