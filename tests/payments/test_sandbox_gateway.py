"""F1: the built-in sandbox gateway, over real HTTP: pages, queries, closing, refunds and messages."""

import datetime as dt

import pytest
import requests
from django.db import transaction
from django.utils import timezone

from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.base import HttpInsideTransaction, PayerClient
from payments.gateways.sandbox import SandboxGateway
from payments.models import Callback, Payment, Refund
from payments.sandbox.models import SandboxDelivery, SandboxPayment, SandboxRefund
from payments.services.querying import query_overdue, resolve
from payments.services.rescuing import retry
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus, RefundKind, RefundStatus
from tests.factories.payments import make_payer, make_payment, make_refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound")]


@pytest.fixture
def opened(sandbox_server) -> Payment:
    """Alice's payment, known to the sandbox."""
    now = timezone.now()
    payment = make_payment(now=now)
    open_at_gateway(payment=payment, now=now, return_url="https://shop.example/orders/1")
    return payment


def _status(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).status


def _captured(sandbox_server, payment: Payment) -> Payment:
    sandbox_server.succeed(payment)
    sandbox_server.wait_for(lambda: _status(payment) == PaymentStatus.CAPTURED)
    return Payment.objects.get(pk=payment.pk)


def test_alice_pays_on_the_page_and_is_led_back(sandbox_server, opened, office):
    page = requests.get(opened.pay_url, timeout=5)
    assert page.status_code == 200
    assert "模拟支付" in page.text
    assert "¥29.90" in page.text
    answer = requests.post(opened.pay_url, data={"outcome": "success"}, allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://shop.example/orders/1")
    sandbox_server.wait_for(lambda: _status(opened) == PaymentStatus.CAPTURED)
    assert office.captured == [opened.number]
    assert "支付成功" not in requests.get(opened.pay_url, timeout=5).text


def test_bobs_bank_says_no(sandbox_server, opened, office):
    requests.post(opened.pay_url, data={"outcome": "failure"}, allow_redirects=False, timeout=5)
    sandbox_server.wait_for(lambda: _status(opened) == PaymentStatus.FAILED)
    assert office.captured == []


def test_the_page_speaks_english_to_whoever_asks_and_its_style_is_there(opened):
    page = requests.get(opened.pay_url, headers={"Accept-Language": "en"}, timeout=5)
    assert '<html lang="en">' in page.text
    style = requests.get(opened.pay_url.split("/pay/")[0] + "/pay.css", timeout=5)
    assert style.headers["Content-Type"].startswith("text/css")


def test_a_page_that_nobody_was_given_is_not_there(sandbox_server):
    assert requests.get(f"{sandbox_server.url}/pay/guess/", timeout=5).status_code == 404
    assert requests.get(f"{sandbox_server.url}/admin/", timeout=5).status_code == 404


def test_opening_twice_is_one_payment_with_one_address(sandbox_server, opened):
    again = SandboxGateway().open(opened, client=PayerClient(), return_url="https://shop.example/")
    assert again == opened.pay_url
    assert SandboxPayment.objects.count() == 1


def test_opening_under_another_amount_is_refused(opened):
    opened.amount_fen += 1
    with pytest.raises(GatewayRefused) as refusal:
        SandboxGateway().open(opened, client=PayerClient(), return_url="https://shop.example/")
    assert refusal.value.params == {"reason": "number_reused"}


def test_a_lost_message_is_found_by_asking(sandbox_server, opened, office):
    """F1: no notification at all, found by active query."""
    sandbox_server.lose(opened)
    assert _status(opened) == PaymentStatus.PENDING
    assert query_overdue(now=timezone.now() + dt.timedelta(seconds=61)) == 1
    assert office.captured == [opened.number]
    assert Callback.objects.get().event_id == f"query:{opened.number}"


def test_two_copies_of_one_message_count_once(sandbox_server, opened, office):
    sandbox_server.duplicate(opened)
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(answer_status=200).count() == 2)
    assert office.captured == [opened.number]
    assert Callback.objects.count() == 1


def test_a_message_that_is_forged_pays_nothing(sandbox_server, opened, office):
    sandbox_server.fault("callback_forged")
    sandbox_server.succeed(opened)
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(answer_status=401).exists())
    assert _status(opened) == PaymentStatus.PENDING
    assert office.captured == []


def test_a_message_with_another_amount_pays_nothing(sandbox_server, opened, office):
    sandbox_server.succeed(opened, amount_fen=2989)
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(answer_status=409).exists())
    assert _status(opened) == PaymentStatus.PENDING
    closed = resolve(payment=opened, now=timezone.now(), close=True)
    assert closed.status == PaymentStatus.CLOSED
    assert office.captured == []


def test_an_undelivered_message_comes_again(sandbox_server, opened, settings, office):
    """The next attempt stands in the table: a restart of the sandbox loses nothing."""
    SandboxPayment.objects.update(notify_url="http://127.0.0.1:9/")
    sandbox_server.succeed(opened)
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(attempts__gte=1).exists())
    right = f"{settings.SITE_URL}/payments/callbacks/sandbox/"
    sandbox_server.wait_for(lambda: bool(SandboxDelivery.objects.update(url=right)))
    sandbox_server.wait_for(lambda: _status(opened) == PaymentStatus.CAPTURED)


def test_closing_lets_nobody_pay_any_more(sandbox_server, opened):
    closed = resolve(payment=opened, now=timezone.now(), close=True)
    assert closed.status == PaymentStatus.CLOSED
    requests.post(opened.pay_url, data={"outcome": "success"}, allow_redirects=False, timeout=5)
    assert SandboxPayment.objects.get().status == "closed"


def test_closing_what_was_paid_says_captured(sandbox_server, opened, office):
    sandbox_server.lose(opened)
    assert resolve(payment=opened, now=timezone.now(), close=True).status == PaymentStatus.CAPTURED
    assert office.captured == [opened.number]


def test_closing_before_the_gateway_heard_of_it_keeps_it_closed(sandbox_server):
    payment = make_payment(now=timezone.now())
    assert resolve(payment=payment, now=timezone.now(), close=True).status == PaymentStatus.CLOSED
    with pytest.raises(GatewayRefused):
        SandboxGateway().open(payment, client=PayerClient(), return_url="https://shop.example/")


def test_after_the_deadline_the_page_takes_no_money(sandbox_server):
    now = timezone.now()
    payment = make_payment(now=now, expires_at=now + dt.timedelta(milliseconds=400))
    open_at_gateway(payment=payment, now=now)
    sandbox_server.wait_for(lambda: "支付成功" not in requests.get(payment.pay_url, timeout=5).text)
    requests.post(payment.pay_url, data={"outcome": "success"}, allow_redirects=False, timeout=5)
    assert SandboxPayment.objects.get().status == "waiting"


@pytest.mark.parametrize("kind", ["lose_request", "drop_answer", "error", "too_many"])
def test_a_gateway_in_trouble_is_unavailable_and_nothing_is_guessed(sandbox_server, opened, kind):
    sandbox_server.fault(kind, action="query")
    with pytest.raises(GatewayUnavailable):
        resolve(payment=opened, now=timezone.now(), close=False)
    assert _status(opened) == PaymentStatus.PENDING
    assert resolve(payment=opened, now=timezone.now(), close=False).status == PaymentStatus.PENDING


def test_a_gateway_that_hangs_is_given_up_in_time(sandbox_server, opened, settings):
    settings.GATEWAY_TIMEOUT_SECONDS = (0.2, 0.2)
    sandbox_server.fault("delay", action="query", value=1.0)
    with pytest.raises(GatewayUnavailable):
        resolve(payment=opened, now=timezone.now(), close=False)


def test_no_server_at_all_is_unavailable(opened, settings):
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        resolve(payment=opened, now=timezone.now(), close=False)


def test_an_answer_that_is_not_signed_is_not_believed(opened, monkeypatch):
    monkeypatch.setattr("payments.sandbox.views.endpoints.signed_headers", lambda body, *, now: {})
    with pytest.raises(GatewayUnavailable):
        SandboxGateway().query(opened)


def test_requests_that_we_did_not_sign_are_turned_away(sandbox_server, opened, settings):
    body = b'{"action": "close", "merchant_no": "sandbox-1", "number": "%b"}' % opened.number.encode()
    assert requests.post(f"{sandbox_server.url}/v1/close/", data=body, timeout=5).status_code == 401
    assert SandboxPayment.objects.get().status == "waiting"


def test_the_knobs_are_gone_outside_demos(sandbox_server, opened, settings):
    settings.DEMO = False
    with pytest.raises(GatewayRefused):
        sandbox_server.succeed(opened)
    assert SandboxPayment.objects.get().status == "waiting"


def test_a_gateway_is_never_called_inside_a_transaction(opened):
    with transaction.atomic(), pytest.raises(HttpInsideTransaction):
        resolve(payment=opened, now=timezone.now(), close=False)


def test_a_refund_arrives_and_is_told_about_as_well(sandbox_server, opened, office):
    refund = make_refund(_captured(sandbox_server, opened), now=timezone.now())
    assert send_due(now=timezone.now()) == 1
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert office.refunded == [refund.number]
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(answer_status=200).count() == 2)
    assert office.refunded == [refund.number]


def test_accepted_is_not_done_and_the_message_says_when_it_is(sandbox_server, opened, office):
    payment = _captured(sandbox_server, opened)
    sandbox_server.fault("refund_held")
    refund = make_refund(payment, now=timezone.now())
    send_due(now=timezone.now())
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert office.refunded == []
    sandbox_server.finish_refund(refund.number)
    sandbox_server.wait_for(lambda: office.refunded == [refund.number])


def test_a_refund_that_turns_out_abnormal_is_asked_about_before_it_is_believed(sandbox_server, opened):
    payment = _captured(sandbox_server, opened)
    sandbox_server.fault("refund_held")
    refund = make_refund(payment, now=timezone.now())
    send_due(now=timezone.now())
    sandbox_server.spoil_refund(refund.number)
    sandbox_server.wait_for(lambda: Refund.objects.get().due_at <= timezone.now())
    send_due(now=timezone.now())
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL


def test_a_slow_refund_is_found_done_by_asking(sandbox_server, opened):
    payment = _captured(sandbox_server, opened)
    sandbox_server.fault("refund_slow", value=0.3)
    sandbox_server.fault("callback_lost")
    refund = make_refund(payment, now=timezone.now())
    send_due(now=timezone.now())
    sandbox_server.wait_for(lambda: SandboxRefund.objects.filter(finishes_at__lt=timezone.now()).exists())
    send_due(now=timezone.now() + dt.timedelta(minutes=6))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE


def test_a_refund_done_without_an_answer_is_done_once(sandbox_server, opened):
    payment = _captured(sandbox_server, opened)
    sandbox_server.fault("drop_answer", action="refund")
    sandbox_server.fault("callback_lost")
    refund = make_refund(payment, now=timezone.now())
    assert send_due(now=timezone.now()) == 0
    refund.refresh_from_db()
    assert (refund.status, refund.error) == (RefundStatus.SENT, "渠道没有回应")
    send_due(now=timezone.now() + dt.timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert SandboxRefund.objects.count() == 1


def test_an_abnormal_refund_waits_for_an_operator_and_goes_again_under_its_number(sandbox_server, opened):
    payment = _captured(sandbox_server, opened)
    sandbox_server.fault("refund_abnormal")
    # A message just being taken in would hold the payment, and the refund would wait for the next sweep.
    sandbox_server.fault("callback_lost", times=2)
    refund = make_refund(payment, now=timezone.now())
    number = refund.number
    send_due(now=timezone.now())
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL
    assert send_due(now=timezone.now() + dt.timedelta(days=1)) == 0
    retry(refund=refund, actor_id=make_payer("Olga").pk, now=timezone.now())
    send_due(now=timezone.now())
    refund = Refund.objects.get()
    assert (refund.number, refund.status) == (number, RefundStatus.DONE)


def test_the_sandbox_too_gives_back_no_more_than_it_took(sandbox_server, opened):
    payment = _captured(sandbox_server, opened)
    make_refund(payment, amount_fen=2990, kind=RefundKind.MISSED, now=timezone.now())
    SandboxRefund.objects.create(payment=SandboxPayment.objects.get(), number="R-other", amount_fen=1)
    send_due(now=timezone.now())
    refund = Refund.objects.get()
    assert (refund.status, refund.error) == (RefundStatus.ABNORMAL, "支付渠道拒绝了：not_enough_left")
