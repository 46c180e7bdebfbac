"""F1: Alipay, over real HTTP against a server that checks every field and every signature of ours."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.alipay import AlipayGateway
from payments.gateways.base import GatewayPayment, GatewayRefund, HttpInsideTransaction, PayerClient
from payments.models import Callback, LedgerTransaction, Payment, Refund
from payments.services.querying import query_overdue, resolve
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import PayerDevice, PaymentStatus, RefundStatus
from tests.factories.payments import make_payment, make_refund
from tests.fixtures.alipay import NOWHERE, FakeAlipay
from tests.fixtures.keys import stranger
from tests.fixtures.local_server import Told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
RETURN_URL = "https://shop.example/orders/1/paid/"
PAID_AT = dt.datetime(2026, 11, 20, 4, 1, tzinfo=dt.UTC)
GIVEN_BACK_AT = dt.datetime(2026, 11, 20, 4, 30, tzinfo=dt.UTC)


@pytest.fixture
def payment(alipay: FakeAlipay) -> Payment:
    return make_payment(gateway="alipay", now=timezone.now())


@pytest.fixture
def opened(alipay: FakeAlipay, payment: Payment) -> Payment:
    """Alice's payment, whose page she has opened."""
    open_at_gateway(payment=payment, now=timezone.now(), return_url=RETURN_URL)
    alipay.visit(payment.pay_url)
    return payment


@pytest.fixture
def captured(alipay: FakeAlipay, opened: Payment) -> Payment:
    alipay.pay(opened)
    return resolve(payment=opened, now=timezone.now(), close=False)


@pytest.fixture
def refund(captured: Payment) -> Refund:
    return make_refund(captured, amount_fen=400, now=timezone.now())


def tell(payment: Payment, body: bytes) -> tuple[int, bytes]:
    answer = Client().post(
        f"/payments/callbacks/{payment.gateway}/", body, content_type="application/x-www-form-urlencoded"
    )
    return answer.status_code, answer.content


# Opening


@pytest.mark.parametrize(
    ("device", "method"),
    [
        (PayerDevice.DESKTOP, "alipay.trade.page.pay"),
        (PayerDevice.PHONE, "alipay.trade.wap.pay"),
        (PayerDevice.WECHAT, "alipay.trade.wap.pay"),
    ],
)
def test_alice_gets_the_page_for_what_she_holds(alipay, payment, device, method):
    open_at_gateway(payment=payment, now=timezone.now(), return_url=RETURN_URL, client=PayerClient(device))
    assert alipay.visit(Payment.objects.get().pay_url)["total_amount"] == "29.90"
    assert alipay.asked == [method]


def test_a_title_leaves_out_what_alipay_does_not_take(alipay, payment):
    payment.title = "苹果/梨 = 5 斤 & 更多"
    alipay.visit(AlipayGateway().open(payment, client=PayerClient(), return_url=RETURN_URL))


def test_nothing_is_asked_inside_a_transaction(alipay, payment, settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = False
    with pytest.raises(HttpInsideTransaction):
        AlipayGateway().query(payment)
    assert alipay.asked == []


# Asking and closing


def test_an_unpaid_payment_is_pending_and_a_paid_one_tells_amount_number_and_time(alipay, opened):
    assert AlipayGateway().query(opened) == GatewayPayment(PaymentStatus.PENDING)
    alipay.pay(opened)
    assert AlipayGateway().query(opened) == GatewayPayment(
        PaymentStatus.CAPTURED, amount_fen=2990, gateway_number=f"20261120{opened.number}", paid_at=PAID_AT
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"trade_status": "TRADE_FINISHED"}, PaymentStatus.CAPTURED),
        ({"trade_status": "TRADE_CLOSED"}, PaymentStatus.CAPTURED),
        ({"trade_status": "TRADE_CLOSED", "send_pay_date": None}, PaymentStatus.CLOSED),
    ],
)
def test_a_trade_closed_after_it_was_paid_was_paid(alipay, opened, said, status):
    alipay.pay(opened, **said)
    assert AlipayGateway().query(opened).status == status


def test_a_page_nobody_opened_is_no_trade_yet(payment):
    assert AlipayGateway().query(payment) == GatewayPayment(PaymentStatus.PENDING)
    assert AlipayGateway().close(payment) == GatewayPayment(PaymentStatus.CLOSED)


def test_closed_is_closed_and_the_same_again(opened):
    gateway = AlipayGateway()
    assert [gateway.close(opened).status for _copy in range(2)] == [PaymentStatus.CLOSED] * 2


def test_what_was_paid_before_it_could_be_closed_is_captured(alipay, opened, office):
    alipay.pay(opened)
    assert resolve(payment=opened, now=timezone.now(), close=True).status == PaymentStatus.CAPTURED
    assert office.captured == [opened.number]


def test_a_lost_message_is_found_by_asking(alipay, opened, office):
    """F1: no message at all; found within two minutes."""
    alipay.pay(opened)
    assert query_overdue(now=timezone.now() + dt.timedelta(seconds=61)) == 1
    assert office.captured == [opened.number]


# Answers that are none


@pytest.mark.parametrize(
    "trouble",
    [
        {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "isp.unknow-error"},
        {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SYSTEM_ERROR"},
        {"code": "40005", "msg": "Call Limited", "sub_code": "isv.app-call-limited"},
        Told(502, b"bad gateway"),
        Told(200, b'{"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"}}'),
        Told(200, b'{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"},"sign":"x"}'),
        Told(302, b"", {"Location": "https://alipay.example/"}),
    ],
)
def test_trouble_and_unsigned_words_say_nothing(alipay, opened, trouble):
    alipay.trouble = {"alipay.trade.query": trouble}
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().query(opened)


def test_an_answer_signed_by_somebody_else_says_nothing(alipay, opened):
    alipay.pay(opened)
    alipay.sign_with = stranger()
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().query(opened)


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "P00000000000000"},
        {"total_amount": "29.9000"},
        {"total_amount": 29.9},
        {"total_amount": "¥29.90"},
        {"trans_currency": "USD"},
        {"trade_status": "MAYBE"},
        {"send_pay_date": "yesterday"},
    ],
)
def test_an_answer_about_something_else_is_none(alipay, opened, changes):
    alipay.pay(opened, **changes)
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().query(opened)


def test_a_gateway_that_is_not_there_says_nothing(alipay, opened, settings):
    settings.GATEWAY_ACCOUNTS = {"ALIPAY": replace(alipay.account, api_url=NOWHERE)}
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().close(opened)


# Refunds


def test_a_refund_that_moved_money_is_done(alipay, refund, office):
    """F4: `fund_change=Y`, and nothing less."""
    send_due(now=timezone.now())
    refund.refresh_from_db()
    assert (refund.status, refund.done_at) == (RefundStatus.DONE, GIVEN_BACK_AT)
    assert office.refunded == [refund.number]


def test_a_refund_that_was_only_accepted_is_asked_about(alipay, refund, office):
    """F4: code 10000 is not a refund."""
    alipay.fund_change = "N"
    now = timezone.now()
    send_due(now=now)
    refund.refresh_from_db()
    assert (refund.status, office.refunded) == (RefundStatus.PROCESSING, [])
    alipay.move(refund)
    send_due(now=now + dt.timedelta(minutes=2))
    refund.refresh_from_db()
    assert (refund.status, office.refunded) == (RefundStatus.DONE, [refund.number])


def test_a_repeated_refund_says_that_nothing_moved_and_is_no_failure(alipay, refund, office):
    """F4: the first answer got lost; the repeat says N; asking finds that the first one did it."""
    gateway = AlipayGateway()
    assert gateway.refund(refund).status == RefundStatus.DONE
    assert gateway.refund(refund).status == RefundStatus.PROCESSING
    assert gateway.query_refund(refund) == GatewayRefund(RefundStatus.DONE, amount_fen=400, done_at=GIVEN_BACK_AT)
    assert list(alipay.refunds) == [refund.number]


def test_a_refund_never_heard_of_is_only_requested(refund):
    assert AlipayGateway().query_refund(refund) == GatewayRefund(RefundStatus.REQUESTED)


def test_too_little_money_in_the_account_is_a_clear_no(alipay, refund):
    no = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH"}
    alipay.trouble = {"alipay.trade.refund": no}
    with pytest.raises(GatewayRefused) as refusal:
        AlipayGateway().refund(refund)
    assert refusal.value.params == {"reason": "ACQ.SELLER_BALANCE_NOT_ENOUGH"}


# Messages


def test_a_message_pays_alices_order_once_and_is_answered_with_success(alipay, opened, office):
    """K4: the one word it wants to read, and nothing else."""
    body = alipay.seal(alipay.message_of(opened))
    assert [tell(opened, body) for _copy in range(3)] == [(200, b"success")] * 3
    assert office.captured == [opened.number]
    assert LedgerTransaction.objects.count() == 1
    kept = Callback.objects.get()
    assert (kept.event_id, kept.amount_fen) == (f"2026112000222120101{opened.number}", 2990)


def test_a_message_is_read_without_asking_anybody(alipay, opened):
    alipay.asked.clear()
    assert tell(opened, alipay.seal(alipay.message_of(opened)))[0] == 200
    assert alipay.asked == []


def test_a_message_that_is_turned_away_is_not_answered_with_success(alipay, opened):
    body = alipay.seal(alipay.message_of(opened), key=stranger())
    assert tell(opened, body) == (401, b"fail")


@pytest.mark.parametrize(("hours", "status"), [(25, 200), (27, 401), (-1, 401)])
def test_a_day_and_an_hour_of_copies_are_believed_and_no_more(alipay, opened, hours, status):
    sent_at = (timezone.now() - dt.timedelta(hours=hours)).astimezone(dt.timezone(dt.timedelta(hours=8)))
    message = alipay.message_of(opened, notify_time=sent_at.strftime("%Y-%m-%d %H:%M:%S"))
    assert tell(opened, alipay.seal(message))[0] == status


def test_news_of_waiting_changes_nothing(alipay, opened, office):
    message = alipay.message_of(opened, trade_status="WAIT_BUYER_PAY", gmt_payment="")
    assert tell(opened, alipay.seal(message))[0] == 200
    assert office.captured == []


def test_a_message_about_a_refund_hastens_the_question(alipay, refund, office):
    """It tells the sum of all refunds, so it cannot prove this one."""
    alipay.fund_change = "N"
    send_due(now=timezone.now())
    body = alipay.seal(alipay.refund_message_of(refund))
    assert tell(refund.payment, body) == (200, b"success")
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert refund.due_at <= timezone.now()
    assert office.refunded == []
