"""K2: several sweepers at once send each message once. The counter-test takes the claim away and sees it sent twice."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notifications.models import Dispatch
from notifications.services import claiming, sending
from notifications.services.sending import send_due
from tests.factories.accounts import make_user
from tests.factories.notifications import NOON, Scripted, tell_payee
from tests.parallel import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE = 6


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> Iterator[None]:
    settings.NOTIFICATION_CHANNELS = settings.NOTIFICATION_CHANNELS | {"sms": "tests.factories.notifications.Scripted"}
    Scripted.reset()
    for number in range(PEOPLE):
        tell_payee(make_user(name=str(number)))
    yield
    Scripted.reset()


def test_four_sweepers_send_each_text_once() -> None:
    """K2: never twice."""
    assert sum(at_once(4, lambda _index: send_due(now=NOON))) == PEOPLE
    addresses = [address for address, _wording in Scripted.handed]
    assert len(addresses) == len(set(addresses)) == PEOPLE
    assert set(Dispatch.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.counter_test
def test_without_the_claim_each_would_be_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: who only looks, and does not mark what is in hand, sends what the other sends."""
    meeting = Meeting()
    turns: dict[int, int] = {}

    def look(*, now: dt.datetime, limit: int) -> list[Any]:
        me = threading.get_ident()
        turns[me] = turns.get(me, 0) + 1
        if turns[me] > 1:
            return []
        found = list(Dispatch.objects.filter(state="queued", due_at__lte=now)[:limit])
        meeting.wait()
        return found

    monkeypatch.setattr(claiming, "claim", look)
    assert sending.claiming is claiming
    at_once(2, lambda _index: send_due(now=NOON))
    addresses = [address for address, _wording in Scripted.handed]
    assert (len(addresses), len(set(addresses))) == (2 * PEOPLE, PEOPLE)
