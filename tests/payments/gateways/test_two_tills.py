"""F2: one ticket, two tills. Alice pays at both; one payment counts, the other goes back by itself."""

import pytest
from django.test import Client
from django.utils import timezone

from payments.models import Payment
from payments.services.querying import resolve
from payments.services.sending import send_due
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus, RefundKind, RefundStatus
from payments.subjects import Subject
from tests.factories.payments import make_merchant, make_payer, make_payment
from tests.fixtures.alipay import FakeAlipay
from tests.fixtures.wechat import FakeWeChat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]


@pytest.fixture
def tills(wechat: FakeWeChat, alipay: FakeAlipay) -> dict[str, Payment]:
    """Begun at WeChat, closed there, and begun again at Alipay; she has both pages open."""
    now, alice, merchant = timezone.now(), make_payer("Alice"), make_merchant()
    ticket = Subject("ticket", "T-1")
    begun = {}
    for gateway in ("wechat", "alipay"):
        begun[gateway] = make_payment(subject=ticket, gateway=gateway, payer=alice, merchant=merchant, now=now)
        open_at_gateway(payment=begun[gateway], now=now)
        if gateway == "wechat":
            resolve(payment=begun[gateway], now=now, close=True)
    alipay.visit(begun["alipay"].pay_url)
    return begun


def tell_wechat(wechat: FakeWeChat, payment: Payment) -> None:
    body = wechat.message(wechat.resource_of(payment))
    answer = Client().post(
        "/payments/callbacks/wechat/", body, content_type="application/json", headers=wechat.seal(body)
    )
    assert answer.status_code == 200


def tell_alipay(alipay: FakeAlipay, payment: Payment) -> None:
    body = alipay.seal(alipay.message_of(payment))
    answer = Client().post("/payments/callbacks/alipay/", body, content_type="application/x-www-form-urlencoded")
    assert answer.content == b"success"


@pytest.mark.parametrize("first", ["wechat", "alipay"])
def test_paid_twice_is_given_back_once(wechat, alipay, tills, office, first):
    """The message that comes second, at whichever till, is booked and sent back where it came from."""
    wechat.pay(tills["wechat"])
    alipay.pay(tills["alipay"])
    second = "alipay" if first == "wechat" else "wechat"
    for gateway in (first, second):
        if gateway == "wechat":
            tell_wechat(wechat, tills["wechat"])
        else:
            tell_alipay(alipay, tills["alipay"])
    assert office.captured == [tills[first].number]
    assert {one.status for one in Payment.objects.all()} == {PaymentStatus.CAPTURED}

    send_due(now=timezone.now())
    refund = Payment.objects.get(gateway=second).refunds.get()
    assert (refund.kind, refund.amount_fen) == (RefundKind.DUPLICATE, 2990)
    assert refund.status == (RefundStatus.DONE if second == "alipay" else RefundStatus.PROCESSING)
    assert list((alipay if second == "alipay" else wechat).refunds) == [refund.number]
