"""A row that stays locked is a clear "try again" with nothing changed, over the API and on pages; never a 500."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.services.tokens import issue_token
from catalog.models import Allotment
from orders.models import Order
from tests.factories.accounts import make_user
from tests.factories.campaigns import choice_of, lines_of, make_open
from tests.parallel import PATIENCE

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@contextmanager
def somebody_holds_the_pieces() -> Iterator[None]:
    """Another connection keeps every allotment locked; ours waits 50 ms instead of three seconds."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Allotment.objects.select_for_update())
            held.set()
            done.wait(PATIENCE)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    yield
    done.set()
    holder.join()
    connection.close()


def test_alice_is_asked_to_try_again_and_nothing_has_changed() -> None:
    campaign = make_open()
    token = issue_token(user=make_user(name="Alice"), label="", now=timezone.now())
    line = lines_of(campaign)[0]
    body = {"lines": [{"sku": line.sku, "quantity": 1}], "pickup_point": choice_of(campaign).pickup_point}

    def join() -> tuple[int, str]:
        answer = Client().post(
            f"/api/v1/campaigns/{campaign.code}/join/",
            body,
            content_type="application/json",
            headers={"Authorization": f"Token {token}", "Idempotency-Key": "one"},
        )
        return answer.status_code, answer.json().get("code", "")

    with somebody_holds_the_pieces():
        assert join() == (503, "crowded")
    assert not Order.objects.exists()
    assert join() == (201, "")
