"""A payer sets out to pay."""

import datetime as dt

import pytest

from payments.errors import AlreadyPaid, GatewayUnavailable, PaymentInProgress, PaymentOver, UnknownGateway
from payments.gateways.base import PayerClient
from payments.models import Payment
from payments.services.capturing import confirm
from payments.services.querying import resolve
from payments.services.starting import open_at_gateway
from payments.states import PayerDevice, PaymentStatus
from payments.subjects import Subject
from tests.factories.payments import NOON, captured_fact, make_merchant, make_payer, make_payment
from tests.payments.threads import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway", "sound")]
TICKET = Subject("ticket", "T-1")


def test_alice_who_taps_twice_gets_the_same_payment():
    first = make_payment(subject=TICKET)
    assert make_payment(subject=TICKET) == first
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("changes", [{"gateway": "fake"}, {"amount_fen": 1000}])
def test_another_gateway_or_amount_waits_for_the_first_result(changes):
    make_payment(subject=TICKET)
    with pytest.raises(PaymentInProgress):
        make_payment(subject=TICKET, **changes)
    assert Payment.objects.count() == 1


def test_after_the_first_is_closed_another_gateway_may_be_tried():
    first = make_payment(subject=TICKET)
    resolve(payment=first, now=NOON, close=True)
    second = make_payment(subject=TICKET, gateway="fake")
    assert (second.gateway, second.status) == ("fake", PaymentStatus.PENDING)


def test_what_is_paid_is_not_paid_again():
    first = make_payment(subject=TICKET)
    confirm(payment_id=first.pk, fact=captured_fact(first), now=NOON)
    with pytest.raises(AlreadyPaid):
        make_payment(subject=TICKET)


def test_each_instalment_is_a_payment_of_its_own():
    first = make_payment(subject=TICKET)
    second = make_payment(subject=TICKET, instalment=2)
    assert first != second


def test_an_unknown_gateway_is_refused():
    with pytest.raises(UnknownGateway):
        make_payment(gateway="barter")


def test_the_gateway_is_told_once_and_the_address_kept(gateway):
    payment = make_payment()
    address = open_at_gateway(payment=payment, now=NOON)
    assert open_at_gateway(payment=Payment.objects.get(), now=NOON) == address
    assert gateway.calls == [("open", payment.number)]


def test_a_silent_gateway_leaves_the_payment_to_be_opened_later(gateway):
    payment = make_payment()
    gateway.silent = True
    with pytest.raises(GatewayUnavailable):
        open_at_gateway(payment=payment, now=NOON)
    gateway.silent = False
    assert open_at_gateway(payment=payment, now=NOON)


def test_a_payment_that_is_over_is_not_opened(gateway):
    payment = make_payment()
    with pytest.raises(PaymentOver):
        open_at_gateway(payment=payment, now=payment.expires_at)
    closed = resolve(payment=payment, now=NOON, close=True)
    with pytest.raises(PaymentOver):
        open_at_gateway(payment=closed, now=NOON)
    assert gateway.calls == [("close", payment.number)]


def test_an_address_for_a_desktop_is_not_handed_to_a_phone(gateway):
    """The QR code of one device is a dead end on the other: the payment is resolved first, then a new one begun."""
    payment = make_payment()
    open_at_gateway(payment=payment, now=NOON)
    with pytest.raises(PaymentInProgress):
        open_at_gateway(payment=payment, now=NOON, client=PayerClient(PayerDevice.PHONE))
    assert gateway.calls == [("open", payment.number)]


def test_an_address_is_made_anew_before_it_dies(gateway):
    payment = make_payment()
    open_at_gateway(payment=payment, now=NOON)
    open_at_gateway(payment=payment, now=NOON + dt.timedelta(minutes=4))
    assert len(gateway.calls) == 1
    open_at_gateway(payment=payment, now=NOON + dt.timedelta(minutes=4, seconds=1))
    assert gateway.calls == [("open", payment.number)] * 2


def test_a_merchant_with_gateways_of_its_own_is_paid_at_those_only(settings):
    orchard, dairy = make_merchant("果园"), make_merchant("奶站")
    settings.MERCHANT_GATEWAYS = {orchard.code: ["fake"], "*": ["sandbox"]}
    assert make_payment(merchant=orchard, gateway="fake").gateway == "fake"
    assert make_payment(merchant=dairy, gateway="sandbox").gateway == "sandbox"
    for merchant, gateway in ((orchard, "sandbox"), (dairy, "fake")):
        with pytest.raises(UnknownGateway):
            make_payment(merchant=merchant, gateway=gateway)
    assert Payment.objects.count() == 2


def test_past_its_deadline_a_pending_payment_is_not_handed_out_again():
    make_payment(subject=TICKET, expires_at=NOON + dt.timedelta(minutes=1))
    with pytest.raises(PaymentInProgress):
        make_payment(subject=TICKET, now=NOON + dt.timedelta(minutes=1))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_taps_at_once_are_one_payment():
    alice, merchant = make_payer(), make_merchant()
    payments = together(20, lambda: make_payment(subject=TICKET, payer=alice, merchant=merchant).pk)
    assert len(set(payments)) == 1
    assert Payment.objects.count() == 1
