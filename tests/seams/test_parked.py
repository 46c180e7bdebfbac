"""The seam between the apps: an operator sees what a broken handler could not take, and sets it going again."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common import events
from common.models import AuditEntry, EventDelivery
from notifications.models import Message
from orders.models import Order
from tests.factories.accounts import make_operator, make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.web.admin.conftest import decide, page_of

BROKEN = "orders.handlers.tell_paid"


def out_of_order(_event: Any, _now: dt.datetime) -> None:
    raise RuntimeError("out of order")


def waiting(client: Client) -> Any:
    """The queue of parked events on the operators' front page."""
    queues = client.get("/admin/").context["queues"]
    return next(queue for queue in queues if str(queue["title"]) == "搁置的事件")


@pytest.mark.django_db
def test_an_operator_finds_it_and_runs_it_again_once_it_is_mended(
    client: Client, scripted_gateway: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    order = join_and_pay(make_user(name="Alice"), make_open())
    paid = Order.objects.values().get(pk=order.pk)
    with monkeypatch.context() as patched:
        patched.setitem(events._handlers["orders.OrderPaid"], BROKEN, out_of_order)
        for minutes in (0, 1, 2, 4, 8, 16, 32, 59):
            events.drain(now=timezone.now() + dt.timedelta(minutes=minutes))
    assert not Message.objects.filter(kind="order_paid").exists()
    assert Order.objects.values().get(pk=order.pk) == paid

    client.force_login(make_operator("risk"))
    assert waiting(client)["count"] == 1
    listed = client.get(waiting(client)["address"]).content.decode()
    assert BROKEN in listed
    assert "RuntimeError: out of order" in listed
    delivery = EventDelivery.objects.get(status="parked")
    offered = reverse("admin:common_eventdelivery_run_again", args=[delivery.pk])
    assert offered in page_of(client, delivery).content.decode()

    decide(client, "common_eventdelivery_run_again", delivery)
    events.drain(now=timezone.now())
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("done", 1)
    assert Message.objects.filter(kind="order_paid", recipient=order.buyer).count() == 1
    assert Order.objects.values().get(pk=order.pk) == paid
    assert AuditEntry.objects.get(action="event.run_again").subject == f"delivery:{delivery.pk}"
    assert waiting(client)["count"] == 0
