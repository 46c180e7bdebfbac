"""F1: the sandbox as a process of its own, that may be stopped and started at any time."""

import socket
import time

import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from payments.models import Payment
from payments.sandbox.models import SandboxDelivery, SandboxFault
from payments.sandbox.server import SandboxServer
from payments.sandbox.services import courier, faults
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus
from tests.factories.payments import make_payment
from tests.parallel import PATIENCE


@pytest.mark.django_db(transaction=True)
def test_what_was_not_delivered_is_delivered_by_the_next_process(sandbox_server, settings):
    now = timezone.now()
    payment = make_payment(now=now)
    open_at_gateway(payment=payment, now=now)
    sandbox_server.fault("callback_late", value=3600)
    sandbox_server.succeed(payment)
    assert Payment.objects.get().status == PaymentStatus.PENDING
    SandboxDelivery.objects.update(due_at=now)
    another = SandboxServer(idle_seconds=0.03)
    another.start()
    try:
        sandbox_server.wait_for(lambda: Payment.objects.get().status == PaymentStatus.CAPTURED)
    finally:
        another.stop()


@pytest.mark.django_db
def test_a_message_is_tried_for_a_day_and_then_no_more(monkeypatch):
    now = timezone.now()
    SandboxDelivery.objects.create(event_id="E1", url="http://shop.example/", body="{}", due_at=now)
    monkeypatch.setattr(courier, "_bring", lambda delivery: 500)
    messenger = courier.Courier()
    waits = []
    for _attempt in range(20):
        if not messenger.deliver_due(now=now):
            break
        due_at = SandboxDelivery.objects.get().due_at
        waits.append((due_at - now).total_seconds())
        now = due_at
    assert waits[:10] == [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600]
    assert len(waits) == 16
    assert SandboxDelivery.objects.get().answer_status == 500


@pytest.mark.django_db
def test_the_same_seed_has_the_same_luck():
    def luck() -> list[bool]:
        SandboxFault.objects.all().delete()
        SandboxFault.objects.create(kind="error", times=1000, percent=30, seed="7")
        return [faults.strikes(SandboxFault.Kind.ERROR) is not None for _turn in range(100)]

    first = luck()
    assert first == luck()
    assert 15 <= sum(first) <= 45


@pytest.mark.django_db
def test_a_fault_strikes_whom_it_is_meant_for_and_as_often_as_it_was_told():
    SandboxFault.objects.create(kind="error", action="query", number="P1", times=2)
    assert not faults.strikes(SandboxFault.Kind.ERROR, action="close", number="P1")
    assert not faults.strikes(SandboxFault.Kind.ERROR, action="query", number="P2")
    struck = [faults.strikes(SandboxFault.Kind.ERROR, action="query", number="P1") is not None for _turn in range(3)]
    assert struck == [True, True, False]


def test_without_a_secret_it_does_not_start(settings):
    settings.SANDBOX_GATEWAY_SECRET = ""
    with pytest.raises(CommandError, match="SANDBOX_GATEWAY_SECRET is empty"):
        call_command("sandbox_gateway")


def test_a_port_that_is_taken_is_said_plainly():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"cannot listen on 127.0.0.1:{port}"):
            call_command("sandbox_gateway", port=port)


@pytest.mark.django_db(transaction=True)
def test_it_stops_although_customers_keep_their_lines(sandbox_server):
    """F1: whoever has a line open is answered and let go, and nobody waits until they hang up."""
    kept = requests.Session()
    another = SandboxServer()
    another.start()
    assert kept.get(another.url, timeout=5).text == "ok\n"
    began = time.monotonic()
    another.stop()
    assert time.monotonic() - began < PATIENCE / 3
    with pytest.raises(requests.ConnectionError):
        kept.get(another.url, timeout=5)


@pytest.mark.django_db(transaction=True)
def test_a_line_is_one_connection_to_the_database(sandbox_server):
    """F1: asked ten times over one line, the sandbox has opened its books once."""
    kept = requests.Session()
    for _call in range(10):
        kept.get(f"{sandbox_server.url}/pay/guess/", timeout=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(backend_start) < now() FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE '%sandbox_payment%' AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (1, True)
