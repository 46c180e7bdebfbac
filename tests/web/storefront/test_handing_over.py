"""F1: from the order to the gateway's till, on whatever a neighbour holds in their hands."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Order
from orders.states import OrderStatus
from payments.models import Payment
from payments.services.querying import resolve
from payments.states import PaymentStatus
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.payouts import give_balance
from tests.fixtures.alipay import FakeAlipay, alipay
from tests.fixtures.wechat import FakeWeChat, wechat
from tests.web.storefront.pages import says, text_of

__all__ = ["alipay", "wechat"]
pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "Mozilla/5.0 (Linux; Android 15; V2401A) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
IN_WECHAT = f"{PHONE} MicroMessenger/8.0.50"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0"


@pytest.fixture
def order(wechat: FakeWeChat) -> Order:
    return join_as(make_user(), make_open(), 2)


def browser(order: Order, agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.force_login(order.buyer)
    return client


def url(order: Order, page: str = "pay") -> str:
    return f"/orders/{order.number}/{page}/"


def leads_to(page: str) -> str:
    """The address that a page goes on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def test_on_a_desktop_alice_scans_a_code_and_the_page_goes_on_by_itself(order: Order, wechat: FakeWeChat) -> None:
    alice = browser(order, DESKTOP)
    page = alice.post(url(order), {"gateway": "wechat"}, follow=True)
    assert "用微信扫一扫付款" in says(page)
    assert "<svg" in text_of(page)
    assert f'hx-get="{url(order, "paid")}" hx-trigger="every 2s"' in text_of(page)
    payment = Payment.objects.get()
    assert payment.pay_url.startswith("weixin://wxpay/bizpayurl?pr=")
    assert alice.get(url(order, "paid"), headers={"HX-Request": "true"}).status_code == 204

    body = wechat.message(wechat.resource_of(payment))
    told = Client().post(
        "/payments/callbacks/wechat/", body, content_type="application/json", headers=wechat.seal(body)
    )

    assert told.status_code == 200
    answer = alice.get(url(order, "paid"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/orders/{order.number}/"
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_in_the_browser_of_a_phone_she_is_led_to_wechat_and_back(order: Order) -> None:
    page = browser(order, PHONE).post(url(order), {"gateway": "wechat"}, follow=True)
    address = leads_to(text_of(page))
    assert address.startswith("https://wx.tenpay.com/")
    assert parse_qs(urlsplit(address).query)["redirect_url"] == [f"http://testserver{url(order, 'paid')}"]


def _sent_to_wechat(alice: Client, order: Order, **chosen: str) -> str:
    """The state that came along when she was sent to say who she is."""
    page = alice.post(url(order), {"gateway": "wechat"} | chosen, follow=True)
    address = urlsplit(leads_to(text_of(page)))
    asked = parse_qs(address.query)
    assert (address.netloc, address.fragment) == ("open.weixin.qq.com", "wechat_redirect")
    assert asked["redirect_uri"] == [f"http://testserver{url(order, 'identity/wechat')}"]
    assert (asked["scope"], asked["response_type"]) == (["snsapi_base"], ["code"])
    return asked["state"][0]


def test_inside_wechat_she_says_who_she_is_and_its_own_till_opens(order: Order, wechat: FakeWeChat) -> None:
    alice = browser(order, IN_WECHAT)
    state = _sent_to_wechat(alice, order)
    assert wechat.payments == {}

    page = alice.get(url(order, "identity/wechat"), {"code": "alice", "state": state}, follow=True)

    payment = Payment.objects.get()
    assert wechat.payments[payment.number]["payer"] == {"openid": "o-alice"}
    found = re.search(r'data-bridge="([^"]+)" data-next="([^"]+)"', text_of(page))
    assert found
    assert json.loads(html.unescape(found[1]))["package"] == f"prepay_id=wx20{payment.number}"
    assert found[2] == url(order, "paid")
    assert "js/wechat.js" in text_of(page)


def test_the_detour_does_not_forget_what_the_balance_pays(order: Order, wechat: FakeWeChat) -> None:
    give_balance(order.buyer, 1200)
    alice = browser(order, IN_WECHAT)
    state = _sent_to_wechat(alice, order, balance="1200")
    alice.get(url(order, "identity/wechat"), {"code": "alice", "state": state})
    payment = Payment.objects.get(gateway="wechat")
    assert wechat.payments[payment.number]["amount"] == {"total": 4780, "currency": "CNY"}
    assert Payment.objects.filter(status=PaymentStatus.PENDING).count() == 1


def test_a_return_to_a_payment_that_is_over_leads_back_to_paying(order: Order) -> None:
    alice = browser(order, IN_WECHAT)
    state = _sent_to_wechat(alice, order)
    resolve(payment=Payment.objects.get(), now=timezone.now(), close=True)
    assert alice.get(url(order, "identity/wechat"), {"code": "alice", "state": state})["Location"] == url(order)


def test_a_return_that_nobody_was_sent_on_starts_nothing(order: Order, wechat: FakeWeChat) -> None:
    """Somebody who lures Alice onto an address with a code of their own pays for nobody."""
    alice = browser(order, IN_WECHAT)
    assert alice.get(url(order, "identity/wechat"), {"code": "mallory", "state": ""})["Location"] == url(order)
    _sent_to_wechat(alice, order)
    lured = alice.get(url(order, "identity/wechat"), {"code": "mallory", "state": "0" * 32})
    assert lured["Location"] == url(order)
    assert wechat.payments == {}


def test_a_return_counts_once(order: Order) -> None:
    alice = browser(order, IN_WECHAT)
    state = _sent_to_wechat(alice, order)
    first = alice.get(url(order, "identity/wechat"), {"code": "alice", "state": state})
    again = alice.get(url(order, "identity/wechat"), {"code": "alice", "state": state})
    assert first["Location"].startswith(url(order))
    assert again["Location"] == url(order)
    assert Payment.objects.count() == 1


def test_a_code_that_was_spent_is_said_and_opens_nothing(order: Order, wechat: FakeWeChat) -> None:
    alice = browser(order, IN_WECHAT)
    state = _sent_to_wechat(alice, order)
    assert alice.get(url(order, "identity/wechat"), {"code": "spent", "state": state}).status_code == 409
    assert wechat.payments == {}


def test_only_wechat_is_asked_who_somebody_is_and_only_for_a_payment_that_was_begun(
    order: Order, alipay: FakeAlipay
) -> None:
    alice = browser(order, IN_WECHAT)
    assert alice.get(url(order, "identity/wechat"))["Location"] == url(order)
    alice.post(url(order), {"gateway": "alipay"})
    assert alice.get(url(order, "identity/alipay")).status_code == 404


def test_bob_cannot_say_who_he_is_for_alices_order(order: Order) -> None:
    """A5: strangers cannot tell that it exists."""
    bob = Client(headers={"User-Agent": IN_WECHAT})
    bob.force_login(make_user(name="Bob"))
    assert bob.get(url(order, "identity/wechat")).status_code == 404


def test_going_on_with_the_phone_closes_what_the_desktop_began(order: Order, wechat: FakeWeChat) -> None:
    browser(order, DESKTOP).post(url(order), {"gateway": "wechat"})
    page = browser(order, PHONE).post(url(order), {"gateway": "wechat"}, follow=True)
    assert leads_to(text_of(page)).startswith("https://wx.tenpay.com/")
    states = Payment.objects.order_by("pk").values_list("opened_for", "status")
    assert list(states) == [("desktop", "closed"), ("phone", "pending")]
    assert [known["trade_state"] for known in wechat.payments.values()] == ["CLOSED", "NOTPAY"]


def test_alipay_is_an_address_that_alice_goes_to(order: Order, alipay: FakeAlipay) -> None:
    page = browser(order, DESKTOP).post(url(order), {"gateway": "alipay"}, follow=True)
    assert alipay.visit(leads_to(text_of(page)))["total_amount"] == "59.80"


def test_inside_wechat_the_way_to_alipay_is_said_before_it_is_chosen(order: Order, alipay: FakeAlipay) -> None:
    hint = "微信里打不开支付宝"
    assert hint in says(browser(order, IN_WECHAT).get(url(order)))
    assert hint not in says(browser(order, PHONE).get(url(order)))


def test_buyers_are_shown_the_gateways_of_their_merchant(order: Order, settings: Settings) -> None:
    settings.MERCHANT_GATEWAYS = {order.merchant.code: ["wechat-orchard"]}
    alice = browser(order, DESKTOP)
    page = text_of(alice.get(url(order)))
    assert re.findall(r'name="gateway" value="([^"]+)"', page) == ["wechat-orchard"]
    assert "微信支付" in page
    assert alice.post(url(order), {"gateway": "wechat"}).status_code == 404
    assert not Payment.objects.exists()
