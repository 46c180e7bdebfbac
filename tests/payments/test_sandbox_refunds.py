"""F1: what the sandbox gives back is decided in its books, in one call."""

import itertools
import json

import pytest
from django.utils import timezone

from common.errors import Refusal
from payments.errors import GatewayUnavailable
from payments.gateways import sandbox
from payments.gateways.sandbox import SandboxGateway
from payments.models import Payment
from payments.sandbox.models import SandboxRefund
from payments.sandbox.services import refunds
from payments.sandbox.signing import signed_headers
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus, RefundStatus
from tests.factories.payments import make_payment, make_refund
from tests.guards import changed, replaced
from tests.payments.threads import outcomes, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound")]
GIVE_BACK = "payments/sandbox/sql/give_back.sql"


@pytest.fixture
def paid(sandbox_server) -> Payment:
    """29.90 that Alice has paid."""
    payment = _opened()
    sandbox_server.succeed(payment)
    sandbox_server.wait_for(lambda: Payment.objects.get(pk=payment.pk).status == PaymentStatus.CAPTURED)
    return Payment.objects.get(pk=payment.pk)


def _opened() -> Payment:
    payment = make_payment(now=timezone.now())
    open_at_gateway(payment=payment, now=timezone.now())
    return payment


@pytest.mark.parametrize("amount_fen", [0, -1, 2991])
def test_the_sandbox_gives_back_something_and_no_more_than_there_is(paid, amount_fen):
    with pytest.raises(Refusal) as refused:
        refunds.refund(number="R1", payment_number=paid.number, amount_fen=amount_fen, now=timezone.now())
    assert refused.value.code == "not_enough_left"
    assert not SandboxRefund.objects.exists()


def test_the_sandbox_says_why_it_gives_nothing_back(paid):
    other = _opened()
    refunds.refund(number="R1", payment_number=paid.number, amount_fen=100, now=timezone.now())
    wanted = [("R2", "P0", 1), ("R2", other.number, 1), ("R1", paid.number, 99), ("R1", other.number, 100)]
    codes = []
    for number, payment_number, amount_fen in wanted:
        with pytest.raises(Refusal) as refused:
            refunds.refund(number=number, payment_number=payment_number, amount_fen=amount_fen, now=timezone.now())
        codes.append(refused.value.code)
    assert codes == ["unknown", "not_paid", "number_reused", "number_reused"]
    assert SandboxRefund.objects.get().amount_fen == 100


@pytest.mark.race
def test_the_sandbox_gives_back_what_there_is_once_however_many_ask(paid):
    """Under the lock of the payment: of ten halves at once two are given, and of ten copies of one number one is."""
    now = timezone.now()
    numbers = itertools.count()

    def ask() -> None:
        number = f"R{next(numbers)}"
        refunds.refund(number=number, payment_number=paid.number, amount_fen=1495, now=now)

    refused = [outcome for outcome in outcomes(10, ask) if isinstance(outcome, Refusal)]
    assert {refusal.code for refusal in refused} == {"not_enough_left"}
    assert (len(refused), SandboxRefund.objects.count()) == (8, 2)
    made = SandboxRefund.objects.earliest("pk")
    again = {"number": made.number, "payment_number": paid.number, "amount_fen": 1495, "now": now}
    assert {each.pk for each in together(10, lambda: refunds.refund(**again))} == {made.pk}


@pytest.mark.race
@pytest.mark.counter_test
def test_without_its_lock_the_sandbox_gives_back_what_it_has_not(paid):
    """Counter-test: with the lock of the payment taken away, two look before either gives."""
    now = timezone.now()
    look = "    IF payment.status <>"
    careless = changed(GIVE_BACK, {" FOR UPDATE;": ";", look: f"    PERFORM test_meet();\n{look}"})
    numbers = itertools.count()

    def ask() -> None:
        refunds.refund(number=f"R{next(numbers)}", payment_number=paid.number, amount_fen=2990, now=now)

    with replaced(GIVE_BACK, careless):
        together(2, ask)
    assert SandboxRefund.objects.count() == 2


def test_an_answer_about_another_refund_is_no_answer(paid, monkeypatch):
    """Reliability 7: lines are kept, and what comes over one is believed about nothing but what was asked."""
    first, second = (make_refund(paid, amount_fen=100, now=timezone.now()) for _part in range(2))
    SandboxGateway().refund(first)
    plain = sandbox._post
    asked = {"number": paid.number, "refund_number": first.number}
    theirs = json.dumps({"action": "query-refund", "merchant_no": "sandbox-1", **asked}).encode()
    monkeypatch.setattr(
        sandbox, "_post", lambda path, body, headers: plain(path, theirs, signed_headers(theirs, now=timezone.now()))
    )
    assert SandboxGateway().query_refund(first).status == RefundStatus.DONE
    with pytest.raises(GatewayUnavailable):
        SandboxGateway().query_refund(second)
