"""K4: messages of gateways, at the door. Whatever is not proven changes nothing and is kept as evidence."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from common.models import OutboxEvent
from payments.errors import StaleMessage
from payments.gateways.sandbox import SandboxGateway
from payments.models import Callback, LedgerTransaction, Payment, Refund
from payments.sandbox.signing import NONCE, SIGNATURE, TIMESTAMP, signature, signed_headers
from payments.services import callbacks, capturing
from payments.services.sending import send_due
from payments.states import PaymentStatus, RefundStatus
from tests.factories.payments import NOON, FakeGateway, make_captured, make_payer, make_payment, make_refund
from tests.parallel import Meeting
from tests.payments.threads import outcomes, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
URL = "/payments/callbacks/sandbox/"
Headers = dict[str, str]


def _content(payment: Payment, **changes: Any) -> dict[str, Any]:
    content = {
        "event_id": f"E-{payment.number}",
        "type": "payment",
        "merchant_no": "sandbox-1",
        "number": payment.number,
        "status": "paid",
        "amount_fen": payment.amount_fen,
        "gateway_number": f"S-{payment.number}",
        "paid_at": "2026-11-20T04:01:00+00:00",
    }
    return content | changes


def _body(payment: Payment, **changes: Any) -> bytes:
    return json.dumps(_content(payment, **changes)).encode()


def _headers(body: bytes, *, seconds: float = 0) -> Headers:
    return signed_headers(body, now=timezone.now() + dt.timedelta(seconds=seconds))


def _post(body: bytes, headers: Mapping[str, str], *, url: str = URL) -> int:
    return Client().post(url, body, content_type="application/json", headers=dict(headers)).status_code


def _tell(payment: Payment, **changes: Any) -> int:
    body = _body(payment, **changes)
    return _post(body, _headers(body))


def _assert_nothing_changed(payment: Payment) -> None:
    payment.refresh_from_db()
    assert (payment.status, payment.applied, payment.gateway_number) == (PaymentStatus.PENDING, False, "")
    assert not LedgerTransaction.objects.exists()
    assert not Callback.objects.filter(verdict="accepted").exists()


def test_a_proven_message_pays_alices_order(office):
    payment = make_payment()
    assert _tell(payment) == 200
    payment.refresh_from_db()
    assert (payment.status, payment.applied) == (PaymentStatus.CAPTURED, True)
    assert office.captured == [payment.number]
    kept = Callback.objects.get()
    assert (kept.verdict, kept.event_id, kept.amount_fen) == ("accepted", f"E-{payment.number}", 2990)
    assert set(kept.headers) == {TIMESTAMP, NONCE, SIGNATURE}


def test_fifteen_copies_in_a_row_are_all_welcome_and_count_once(office):
    payment = make_payment()
    assert [_tell(payment) for _copy in range(15)] == [200] * 15
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_the_same_news_under_another_event_counts_once(office):
    payment = make_payment()
    assert [_tell(payment, event_id=f"E{copy}") for copy in range(3)] == [200] * 3
    assert office.captured == [payment.number]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_copies_at_once_count_once(office):
    """50 parallel copies: one transition, one booking, all of them acknowledged."""
    payment = make_payment()
    body = _body(payment)
    headers = _headers(body)
    assert together(50, lambda: _post(body, headers)) == [200] * 50
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.count() == 1
    assert Callback.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_message_and_a_query_at_once_count_once(office, gateway):
    payment = make_payment()
    fact = gateway.pay(payment, gateway_number=f"S-{payment.number}")
    together(10, lambda: capturing.confirm(payment_id=payment.pk, fact=fact, now=timezone.now()))
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.count() == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_books_refuse_the_second_copy(office, monkeypatch):
    """Counter-test: the row lock gone, several threads offer the money; the state and the booking's key stop all but
    one of them, loudly."""
    meeting = Meeting(10)

    def no_lock(payment_id: int) -> Payment:
        found = Payment.objects.get(pk=payment_id)
        meeting.wait()
        return found

    monkeypatch.setattr(capturing, "lock_payment", no_lock)
    payment = make_payment()
    fact = FakeGateway().pay(payment)
    results = outcomes(10, lambda: capturing.confirm(payment_id=payment.pk, fact=fact, now=timezone.now()))
    failed = [result for result in results if isinstance(result, Exception)]
    assert len(failed) == 9
    assert all(isinstance(error, IntegrityError | capturing.statemachine.StateChanged) for error in failed)
    assert LedgerTransaction.objects.count() == 1


def _wrong_key(body: bytes, settings: Any) -> Headers:
    settings.SANDBOX_GATEWAY_SECRET = "somebody-else"
    headers = _headers(body)
    settings.SANDBOX_GATEWAY_SECRET = "development-only-gateway-secret"
    return headers


def _without(name: str) -> Callable[[bytes, Any], Headers]:
    return lambda body, settings: {key: value for key, value in _headers(body).items() if key != name}


def _with(**changes: str) -> Callable[[bytes, Any], Headers]:
    names = {"timestamp": TIMESTAMP, "nonce": NONCE, "signature": SIGNATURE}
    return lambda body, settings: _headers(body) | {names[name]: value for name, value in changes.items()}


def _signed_at(timestamp: str) -> Callable[[bytes, Any], Headers]:
    return lambda body, settings: {TIMESTAMP: timestamp, NONCE: "n", SIGNATURE: signature(timestamp, "n", body)}


FORGED: dict[str, Callable[[bytes, Any], Headers]] = {
    "no headers at all": lambda body, settings: {},
    "no signature": _without(SIGNATURE),
    "no timestamp": _without(TIMESTAMP),
    "no nonce": _without(NONCE),
    "empty signature": _with(signature=""),
    "a signature of nothing": lambda body, settings: _headers(b""),
    "another key": _wrong_key,
    "another message's signature": lambda body, settings: _headers(body + b" "),
    "upper-case signature": lambda body, settings: {k: v.upper() for k, v in _headers(body).items()},
    "half a signature": lambda body, settings: _headers(body) | {SIGNATURE: _headers(body)[SIGNATURE][:32]},
    "a probe": _with(signature="WECHATPAY/SIGNTEST/abcdef"),
    "not ASCII": _with(signature="签名"),
    "another nonce": _with(nonce="0" * 32),
    "another timestamp": _with(timestamp="1700000000"),
    "a word for a timestamp": _signed_at("yesterday"),
    "a fraction for a timestamp": _signed_at("1700000000.5"),
    "a full-width timestamp": _signed_at("１７０００"),
    "an empty timestamp": _signed_at(""),
    "a minus": _signed_at("-1"),
    "six minutes old": lambda body, settings: _headers(body, seconds=-360),
    "six minutes ahead": lambda body, settings: _headers(body, seconds=360),
    "a year old": lambda body, settings: _headers(body, seconds=-31_536_000),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_changes_nothing_and_is_kept(office, settings, name):
    payment = make_payment()
    body = _body(payment)
    headers = {key: value.encode().decode("latin-1") for key, value in FORGED[name](body, settings).items()}
    assert _post(body, headers) == 401
    _assert_nothing_changed(payment)
    assert office.captured == []
    assert Callback.objects.get().verdict == "rejected"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_are_believed(seconds):
    body = _body(make_payment())
    headers = signed_headers(body, now=NOON + dt.timedelta(seconds=seconds))
    assert SandboxGateway().read_callback(headers=headers, body=body, now=NOON).event_id


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_second_more_is_not(seconds):
    body = _body(make_payment())
    headers = signed_headers(body, now=NOON + dt.timedelta(seconds=seconds))
    with pytest.raises(StaleMessage):
        SandboxGateway().read_callback(headers=headers, body=body, now=NOON)


def test_a_body_that_was_written_anew_is_not_the_body_that_was_signed():
    payment = make_payment()
    body = _body(payment)
    rewritten = json.dumps(json.loads(body), indent=1).encode()
    assert _post(rewritten, _headers(body)) == 401
    _assert_nothing_changed(payment)


REJECTED: dict[str, tuple[dict[str, Any], int]] = {
    "a fen less": ({"amount_fen": 2989}, 409),
    "a fen more": ({"amount_fen": 2991}, 409),
    "another merchant number": ({"merchant_no": "sandbox-2"}, 400),
    "an unknown payment": ({"number": "P00000000000000"}, 404),
    "an unknown state": ({"status": "maybe"}, 400),
    "an amount as text": ({"amount_fen": "2990"}, 400),
    "a float": ({"amount_fen": 2990.0}, 400),
    "true": ({"amount_fen": True}, 400),
    "a negative amount": ({"amount_fen": -2990}, 400),
    "no gateway number": ({"gateway_number": ""}, 400),
    "a gateway number of the wrong kind": ({"gateway_number": 17}, 400),
    "a NUL": ({"gateway_number": "S\0"}, 400),
    "no time": ({"paid_at": None}, 400),
    "a time without a zone": ({"paid_at": "2026-11-20T04:01:00"}, 400),
    "an endless event id": ({"event_id": "E" * 65}, 400),
    "an unknown refund": ({"type": "refund", "refund_number": "R0", "done_at": "2026-11-20T04:01:00Z",
                           "status": "done"}, 404),
}  # fmt: skip


@pytest.mark.parametrize("name", REJECTED)
def test_a_signed_message_that_does_not_fit_changes_nothing_and_is_kept(office, name):
    changes, status = REJECTED[name]
    payment = make_payment()
    assert _tell(payment, **changes) == status
    _assert_nothing_changed(payment)
    assert office.captured == []
    assert Callback.objects.get().verdict == "rejected"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"{", b"\xff\xfe\0", b'{"merchant_no": "sandbox-1"}'])
def test_signed_nonsense_is_turned_away(body):
    assert _post(body, _headers(body)) == 400
    assert Callback.objects.get().verdict == "rejected"


def test_a_contradicting_amount_raises_the_alarm():
    payment = make_payment()
    _tell(payment, amount_fen=1)
    event = OutboxEvent.objects.get()
    assert (event.name, event.payload["payment_id"]) == ("payments.PaymentMismatched", payment.pk)


def test_bobs_gateway_number_does_not_pay_for_alice(office):
    bobs = make_payment(payer=make_payer("Bob"))
    _tell(bobs)
    alices = make_payment()
    assert _tell(alices, gateway_number=f"S-{bobs.number}") == 409
    alices.refresh_from_db()
    assert alices.status == PaymentStatus.PENDING
    assert office.captured == [bobs.number]


def test_a_payment_at_another_gateway_is_unknown_to_this_one(settings):
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {"fake": "payments.gateways.sandbox.SandboxGateway"}
    payment = make_payment(gateway="fake")
    assert _tell(payment) == 404
    _assert_nothing_changed(payment)


def test_late_news_of_failure_does_not_undo_a_capture():
    payment = make_payment()
    _tell(payment)
    assert _tell(payment, event_id="E-old", status="failed") == 200
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED


def test_news_of_failure_before_success_loses_nothing(office):
    payment = make_payment()
    assert _tell(payment, event_id="E-first", status="failed") == 200
    assert _tell(payment) == 200
    assert office.captured == [payment.number]


def test_cookies_of_whoever_sent_it_are_not_kept():
    payment = make_payment()
    body = _body(payment)
    _post(body, _headers(body) | {"Cookie": "sessionid=secret", "Authorization": "Token secret"})
    assert "secret" not in json.dumps(Callback.objects.get().headers)


def test_an_endless_message_is_not_read():
    assert _post(b" " * 65 * 1024, {}) == 413
    assert not Callback.objects.exists()


def test_an_unknown_gateway_is_not_there():
    assert _post(b"{}", {}, url="/payments/callbacks/barter/") == 404


def test_only_post_is_heard():
    assert Client().get(URL).status_code == 405


def test_no_token_of_ours_is_asked_for():
    payment = make_payment()
    body = _body(payment)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, body, content_type="application/json", headers=_headers(body)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_yes_is_said_only_after_commit(monkeypatch):
    payment = make_payment()
    body = _body(payment)

    def fails(**_kept: Any) -> bool:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(callbacks.evidence, "keep_accepted", fails)
    lenient = Client(raise_request_exception=False)
    assert lenient.post(URL, body, content_type="application/json", headers=_headers(body)).status_code == 503
    _assert_nothing_changed(payment)
    assert not connection.in_atomic_block


def _refund_content(refund: Refund, **changes: Any) -> dict[str, Any]:
    content = {
        "event_id": f"E-{refund.number}",
        "type": "refund",
        "merchant_no": "sandbox-1",
        "number": refund.payment.number,
        "refund_number": refund.number,
        "status": "done",
        "amount_fen": refund.amount_fen,
        "done_at": "2026-11-20T04:30:00+00:00",
    }
    return content | changes


def _tell_refund(refund: Refund, **changes: Any) -> int:
    body = json.dumps(_refund_content(refund, **changes)).encode()
    return _post(body, _headers(body))


@pytest.fixture
def sent(gateway, settings) -> Refund:
    """A refund that its gateway has accepted."""
    gateway.refund_answer = RefundStatus.PROCESSING
    refund = make_refund(make_captured(), amount_fen=400)
    send_due(now=timezone.now())
    settings.PAYMENT_GATEWAYS = {"sandbox": "payments.gateways.sandbox.SandboxGateway"}
    return refund


def test_a_message_finishes_a_refund_once(sent, office):
    assert [_tell_refund(sent) for _copy in range(3)] == [200] * 3
    sent.refresh_from_db()
    assert (sent.status, sent.done_at) == (RefundStatus.DONE, dt.datetime(2026, 11, 20, 4, 30, tzinfo=dt.UTC))
    assert office.refunded == [sent.number]


def test_a_message_about_another_amount_finishes_nothing(sent, office):
    assert _tell_refund(sent, amount_fen=399) == 409
    sent.refresh_from_db()
    assert sent.status == RefundStatus.PROCESSING
    assert office.refunded == []


def test_a_refund_of_another_payment_is_unknown(sent, office):
    other = make_payment()
    assert _tell_refund(sent, number=other.number) == 404
    assert office.refunded == []


def test_bad_news_hastens_the_question_and_decides_nothing(sent):
    assert _tell_refund(sent, status="abnormal") == 200
    sent.refresh_from_db()
    assert sent.status == RefundStatus.PROCESSING
    assert sent.due_at <= timezone.now()
