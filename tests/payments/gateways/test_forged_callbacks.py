"""K4: forged messages at every gateway's door. All are refused, none changes anything, each leaves one row behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from common.statemachine import move
from payments.models import Callback, LedgerEntry, LedgerTransaction, Payment, Refund
from payments.services.capturing import confirm
from payments.states import PaymentStatus, RefundStatus
from tests.factories.payments import captured_fact, make_merchant, make_payer, make_payment, make_refund
from tests.fixtures.alipay import FakeAlipay
from tests.fixtures.alipay import configure as configure_alipay
from tests.fixtures.wechat import FakeWeChat
from tests.fixtures.wechat import configure as configure_wechat
from tests.lasting import made_once
from tests.payments.conftest import TicketOffice
from tests.payments.gateways.forgeries import FORGED, TRUE, Post, World
from tests.payments.threads import together

GATEWAYS = ("wechat", "alipay", "sandbox")
WORDS = {
    "wechat": b'{"code": "SUCCESS", "message": "\xe6\x88\x90\xe5\x8a\x9f"}',
    "alipay": b"success",
    "sandbox": b'{"code": "ok"}',
}


@pytest.fixture
def world(settings: Any) -> World:
    """A world of the test's own."""
    return make_world(settings)


@pytest.fixture(scope="module")
def lasting_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all messages that change nothing."""

    def make() -> World:
        with override_settings(), pytest.MonkeyPatch.context() as patch:
            TicketOffice().opens(patch)
            return make_world(django_settings)

    yield from made_once(django_db_blocker, make)


@pytest.fixture
def unchanged(lasting_world: World, settings: Any) -> World:
    """The lasting world, and the platform talks to its gateways."""
    configure_wechat(lasting_world.wechat, settings)
    configure_alipay(lasting_world.alipay, settings)
    return lasting_world


def make_world(settings: Any) -> World:
    """Everybody's payments, of one merchant. Proving asks nobody: the gateways write messages and answer nothing."""
    wechat, alipay = FakeWeChat(), FakeAlipay()
    configure_wechat(wechat, settings)
    configure_alipay(alipay, settings)
    now, merchant = timezone.now(), make_merchant()
    alice, bob = make_payer("Alice"), make_payer("Bob")
    alices = {name: make_payment(gateway=name, payer=alice, merchant=merchant, now=now) for name in GATEWAYS}
    bobs = {name: make_payment(gateway=name, payer=bob, merchant=merchant, now=now) for name in GATEWAYS}
    numbers = {
        "wechat": wechat.resource_of(bobs["wechat"])["transaction_id"],
        "alipay": alipay.message_of(bobs["alipay"])["trade_no"],
        "sandbox": f"S-{bobs['sandbox'].number}",
    }
    for name, payment in bobs.items():
        confirm(payment_id=payment.pk, fact=captured_fact(payment, gateway_number=numbers[name]), now=now)
    refund = make_refund(bobs["wechat"], amount_fen=400, now=now)
    for step in (RefundStatus.SENT, RefundStatus.PROCESSING):
        move(refund, step, now=now)
    return World(wechat=wechat, alipay=alipay, alices=alices, bobs=bobs, refund=refund)


def post(message: Post) -> tuple[int, bytes]:
    kind = "application/x-www-form-urlencoded" if message.gateway.startswith("alipay") else "application/json"
    headers = {name: value.encode().decode("latin-1") for name, value in message.headers.items()}
    answer = Client().post(f"/payments/callbacks/{message.gateway}/", message.body, content_type=kind, headers=headers)
    return answer.status_code, answer.content


def everything() -> list[list[dict[str, Any]]]:
    """All that a message could change."""
    kept: list[type[Model]] = [Payment, Refund, LedgerTransaction, LedgerEntry]
    return [list(model._default_manager.order_by("pk").values()) for model in kept]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_changes_nothing_and_leaves_one_row(unchanged: World, name: str) -> None:
    status, forge = FORGED[name]
    message = forge(unchanged)
    before, kept = everything(), Callback.objects.filter(verdict="accepted").count()

    assert post(message)[0] == status

    assert everything() == before
    assert Callback.objects.filter(verdict="accepted").count() == kept
    row = Callback.objects.get(verdict="rejected")
    assert (row.gateway, row.reason != "") == (message.gateway, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_true_message_is_taken_in(world: World, office: Any, gateway: str) -> None:
    """The same world, the same door: what the corpus is made of counts when nobody touches it."""
    assert post(TRUE[gateway](world)) == (200, WORDS[gateway])
    payment = Payment.objects.get(pk=world.alices[gateway].pk)
    assert (payment.status, payment.applied) == (PaymentStatus.CAPTURED, True)
    assert not Callback.objects.filter(verdict="rejected").exists()


def test_the_corpus_is_large_enough() -> None:
    assert len(FORGED) >= 25
    assert {name.partition(":")[0].partition(",")[0] for name in FORGED} == set(GATEWAYS)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_fifty_copies_at_once_count_once(world: World, office: Any, gateway: str) -> None:
    """50 parallel copies of one true message: one capture, one booking, all of them acknowledged in its words."""
    office.captured.clear()
    bookings = LedgerTransaction.objects.count()
    message = TRUE[gateway](world)
    assert together(50, lambda: post(message)) == [(200, WORDS[gateway])] * 50
    assert office.captured == [world.alices[gateway].number]
    assert LedgerTransaction.objects.count() == bookings + 1
    assert Callback.objects.filter(payment=world.alices[gateway], verdict="accepted").count() == 1
