"""F1: WeChat Pay, over real HTTP against a server that checks every field and every signature of ours."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from payments.errors import GatewayRefused, GatewayUnavailable, OpenidNeeded
from payments.gateways.base import GatewayPayment, GatewayRefund, HttpInsideTransaction, PayerClient
from payments.gateways.wechat import WeChatGateway
from payments.gateways.wechat.client import client_of
from payments.models import Callback, LedgerTransaction, Payment, Refund
from payments.services.querying import query_overdue, resolve
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import PayerDevice, PaymentStatus, RefundStatus
from tests.factories.payments import make_payment, make_refund
from tests.fixtures.keys import is_signed, stranger
from tests.fixtures.local_server import Told
from tests.fixtures.wechat import NOWHERE, FakeWeChat, certified, merchant_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
RETURN_URL = "https://shop.example/orders/1/paid/"
DESKTOP = PayerClient(PayerDevice.DESKTOP, ip="1.2.3.4")
PHONE = PayerClient(PayerDevice.PHONE, ip="1.2.3.4")
IN_WECHAT = PayerClient(PayerDevice.WECHAT, ip="1.2.3.4", openid="o-alice")
PAID_AT = dt.datetime(2026, 11, 20, 4, 1, tzinfo=dt.UTC)


@pytest.fixture
def payment(wechat: FakeWeChat) -> Payment:
    return make_payment(gateway="wechat", now=timezone.now())


@pytest.fixture
def opened(payment: Payment) -> Payment:
    """Alice's payment, known to WeChat."""
    open_at_gateway(payment=payment, now=timezone.now(), return_url=RETURN_URL, client=DESKTOP)
    return payment


@pytest.fixture
def captured(wechat: FakeWeChat, opened: Payment) -> Payment:
    wechat.pay(opened)
    return resolve(payment=opened, now=timezone.now(), close=False)


@pytest.fixture
def refund(captured: Payment) -> Refund:
    return make_refund(captured, amount_fen=400, now=timezone.now())


def tell(payment: Payment, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    answer = Client().post(
        f"/payments/callbacks/{payment.gateway}/", body, content_type="application/json", headers=headers
    )
    return answer.status_code, json.loads(answer.content)


# Opening


def test_on_a_desktop_alice_gets_the_text_of_a_qr_code(payment):
    address = WeChatGateway().open(payment, client=DESKTOP, return_url=RETURN_URL)
    assert address == f"weixin://wxpay/bizpayurl?pr={payment.number}"


def test_in_the_browser_of_a_phone_she_gets_a_page_that_leads_back(payment):
    address = WeChatGateway().open(payment, client=PHONE, return_url=RETURN_URL)
    assert address.startswith("https://wx.tenpay.com/cgi-bin/checkmweb?")
    assert address.endswith("&redirect_url=https%3A%2F%2Fshop.example%2Forders%2F1%2Fpaid%2F")


def test_inside_wechat_she_gets_parameters_that_only_we_can_sign(wechat, payment):
    gateway = WeChatGateway()
    payment.pay_url = gateway.open(payment, client=IN_WECHAT, return_url=RETURN_URL)
    assert wechat.payments[payment.number]["payer"] == {"openid": "o-alice"}
    said = gateway.bridge_parameters(payment, now=PAID_AT)
    assert said["package"] == f"prepay_id=wx20{payment.number}"
    signed = "\n".join([said["appId"], said["timeStamp"], said["nonceStr"], said["package"]]) + "\n"
    assert (said["timeStamp"], said["signType"]) == (str(int(PAID_AT.timestamp())), "RSA")
    assert is_signed(merchant_key().public_key(), said["paySign"], signed)


def test_inside_wechat_somebody_unknown_is_asked_for_first(wechat, payment):
    with pytest.raises(OpenidNeeded):
        WeChatGateway().open(payment, client=PayerClient(PayerDevice.WECHAT), return_url=RETURN_URL)
    assert wechat.asked == []


def test_opening_twice_is_one_payment(wechat, opened):
    assert WeChatGateway().open(opened, client=DESKTOP, return_url=RETURN_URL) == opened.pay_url
    assert list(wechat.payments) == [opened.number]


def test_opening_under_another_amount_is_refused(opened):
    opened.amount_fen += 1
    with pytest.raises(GatewayRefused) as refusal:
        WeChatGateway().open(opened, client=DESKTOP, return_url=RETURN_URL)
    assert refusal.value.params == {"reason": "OUT_TRADE_NO_USED"}


def test_nothing_is_asked_inside_a_transaction(wechat, payment, settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = False
    with pytest.raises(HttpInsideTransaction):
        WeChatGateway().query(payment)
    assert wechat.asked == []


# Asking and closing


def test_an_unpaid_payment_is_pending_and_a_paid_one_tells_amount_number_and_time(wechat, opened):
    assert WeChatGateway().query(opened) == GatewayPayment(PaymentStatus.PENDING)
    wechat.pay(opened)
    assert WeChatGateway().query(opened) == GatewayPayment(
        PaymentStatus.CAPTURED, amount_fen=2990, gateway_number=f"42{opened.number[1:]}", paid_at=PAID_AT
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("USERPAYING", PaymentStatus.PENDING),
        ("CLOSED", PaymentStatus.CLOSED),
        ("REVOKED", PaymentStatus.CLOSED),
        ("PAYERROR", PaymentStatus.FAILED),
        ("REFUND", PaymentStatus.CAPTURED),
    ],
)
def test_every_state_has_a_word_of_ours(wechat, opened, said, status):
    wechat.pay(opened, trade_state=said)
    assert WeChatGateway().query(opened).status == status


def test_a_payment_wechat_never_heard_of_is_pending(payment):
    assert WeChatGateway().query(payment) == GatewayPayment(PaymentStatus.PENDING)


def test_closed_is_closed_and_the_same_again(opened):
    gateway = WeChatGateway()
    assert gateway.close(opened).status == PaymentStatus.CLOSED
    assert gateway.close(opened).status == PaymentStatus.CLOSED
    assert gateway.query(opened).status == PaymentStatus.CLOSED


def test_one_never_heard_of_is_closed_as_well(payment):
    assert WeChatGateway().close(payment).status == PaymentStatus.CLOSED


def test_what_was_paid_before_it_could_be_closed_is_captured(wechat, opened, office):
    """ORDERPAID: the money came, whatever we wanted."""
    wechat.pay(opened)
    assert resolve(payment=opened, now=timezone.now(), close=True).status == PaymentStatus.CAPTURED
    assert office.captured == [opened.number]


def test_while_alice_types_her_password_nothing_is_closed(wechat, opened):
    wechat.payments[opened.number]["trade_state"] = "USERPAYING"
    assert WeChatGateway().close(opened).status == PaymentStatus.PENDING


def test_a_lost_message_is_found_by_asking(wechat, opened, office):
    """F1: no message at all; found within two minutes."""
    wechat.pay(opened)
    assert query_overdue(now=timezone.now() + dt.timedelta(seconds=61)) == 1
    assert office.captured == [opened.number]


# Answers that are none


@pytest.mark.parametrize(
    "told",
    [
        Told(500, b'{"code": "SYSTEM_ERROR"}'),
        Told(429, b'{"code": "FREQUENCY_LIMITED"}'),
        Told(401, b'{"code": "SIGN_ERROR"}'),
        Told(502, b"<html>bad gateway</html>"),
        Told(200, b'{"trade_state": "SUCCESS"}', {"Content-Type": "application/json"}),
    ],
)
def test_trouble_and_unsigned_words_say_nothing(wechat, opened, told):
    wechat.trouble = {"/v3/pay/transactions/": told}
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().query(opened)


def test_an_answer_signed_by_somebody_else_says_nothing(wechat, opened):
    wechat.pay(opened)
    wechat.sign_with = stranger()
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().query(opened)


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "P00000000000000"},
        {"mchid": "1900000009"},
        {"appid": "wx0"},
        {"amount": {"total": 2990, "currency": "USD"}},
        {"amount": {"total": "2990", "currency": "CNY"}},
        {"success_time": "yesterday"},
        {"trade_state": "MAYBE"},
    ],
)
def test_an_answer_about_something_else_is_none(wechat, opened, changes):
    wechat.pay(opened, **changes)
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().query(opened)


def test_a_gateway_that_is_not_there_says_nothing(wechat, opened, settings):
    settings.GATEWAY_ACCOUNTS = {"WECHAT": replace(wechat.account, api_url=NOWHERE)}
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().close(opened)


# Refunds


def test_a_refund_is_accepted_then_done(wechat, refund, office):
    """F4: accepted is not done."""
    now = timezone.now()
    send_due(now=now)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert office.refunded == []
    wechat.end_refund(refund.number, "SUCCESS")
    send_due(now=now + dt.timedelta(minutes=2))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert refund.done_at == dt.datetime(2026, 11, 20, 4, 30, tzinfo=dt.UTC)
    assert office.refunded == [refund.number]


def test_the_same_number_again_is_the_same_refund(wechat, refund):
    gateway = WeChatGateway()
    assert [gateway.refund(refund).status for _copy in range(3)] == [RefundStatus.PROCESSING] * 3
    assert list(wechat.refunds) == [refund.number]


def test_a_refund_never_heard_of_is_only_requested(refund):
    assert WeChatGateway().query_refund(refund) == GatewayRefund(RefundStatus.REQUESTED)


@pytest.mark.parametrize("said", ["ABNORMAL", "CLOSED"])
def test_what_cannot_be_given_back_waits_for_a_person(wechat, refund, said):
    wechat.refund_status = said
    send_due(now=timezone.now())
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL
    assert said in refund.error


def test_too_little_money_in_the_account_is_a_clear_no(wechat, refund):
    no = json.dumps({"code": "NOT_ENOUGH", "message": "基本账户余额不足"}).encode()
    wechat.trouble = {"/v3/refund/": Told(403, no, {"Content-Type": "application/json"})}
    with pytest.raises(GatewayRefused) as refusal:
        WeChatGateway().refund(refund)
    assert refusal.value.params == {"reason": "NOT_ENOUGH"}


# Messages


def test_a_message_pays_alices_order_once(wechat, opened, office):
    """K4: signed over the raw bytes, sealed, about us and about this payment."""
    body = wechat.message(wechat.resource_of(opened))
    said = [tell(opened, body, wechat.seal(body)) for _copy in range(3)]
    assert said == [(200, {"code": "SUCCESS", "message": "成功"})] * 3
    assert office.captured == [opened.number]
    assert LedgerTransaction.objects.count() == 1
    kept = Callback.objects.get()
    assert (kept.event_id, kept.amount_fen) == (f"EV-{opened.number}", 2990)
    assert "Wechatpay-Serial" in kept.headers


def test_a_message_is_read_without_asking_anybody(wechat, opened):
    wechat.asked.clear()
    body = wechat.message(wechat.resource_of(opened))
    assert tell(opened, body, wechat.seal(body))[0] == 200
    assert wechat.asked == []


def test_a_serial_nobody_knows_makes_nobody_fetch_certificates(wechat, opened, settings):
    """In either mode a stranger decides neither whom we ask nor how long we wait."""
    body = wechat.message(wechat.resource_of(opened))
    for account in (wechat.account, certified(api_url=wechat.url)):
        settings.GATEWAY_ACCOUNTS = {"WECHAT": account}
        wechat.asked.clear()
        assert tell(opened, body, wechat.seal(body, serial="5157F09EFDC096DE15EBE81A47057A7200000000"))[0] == 401
        assert wechat.asked == []


def test_the_library_alone_believes_messages_of_any_age(wechat):
    """Counter-test: what the gateway looks at before it calls the library, nobody else does."""
    payment = make_payment(gateway="wechat", now=timezone.now())
    body = wechat.message(wechat.resource_of(payment))
    old = wechat.seal(body, at=1_600_000_000)
    library = client_of(wechat.account)
    assert library.callback(old, body)["resource"]["out_trade_no"] == payment.number
    fresh = wechat.seal(body, key=stranger())
    under_other_names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in old.items()}
    assert library.callback(fresh | under_other_names, body)["resource"]["out_trade_no"] == payment.number


def test_a_platform_certificate_proves_as_well_as_a_public_key(wechat, settings, office):
    wechat.account = certified(api_url=wechat.url)
    settings.GATEWAY_ACCOUNTS = {"WECHAT": wechat.account}
    payment = make_payment(gateway="wechat", now=timezone.now())
    open_at_gateway(payment=payment, now=timezone.now())
    body = wechat.message(wechat.resource_of(payment))
    assert tell(payment, body, wechat.seal(body))[0] == 200
    assert office.captured == [payment.number]
    assert WeChatGateway().query(payment).status == PaymentStatus.PENDING


def test_a_message_that_is_turned_away_is_answered_with_fail(wechat, opened):
    body = wechat.message(wechat.resource_of(opened))
    assert tell(opened, body + b" ", wechat.seal(body)) == (401, {"code": "FAIL", "message": "bad_signature"})


def test_a_message_finishes_a_refund(wechat, refund, office):
    send_due(now=timezone.now())
    body = wechat.message(wechat.refund_resource_of(refund))
    assert [tell(refund.payment, body, wechat.seal(body))[0] for _copy in range(2)] == [200, 200]
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert office.refunded == [refund.number]


def test_bad_news_about_a_refund_only_hastens_the_question(wechat, refund):
    send_due(now=timezone.now())
    body = wechat.message(wechat.refund_resource_of(refund, refund_status="ABNORMAL"))
    assert tell(refund.payment, body, wechat.seal(body))[0] == 200
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert refund.due_at <= timezone.now()
