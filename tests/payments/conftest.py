import datetime as dt
from collections.abc import Iterator, Sequence

import pytest

from payments.models import Payment, Refund
from payments.states import RefundKind
from payments.subjects import NotWanted, SubjectOwner, owners
from tests.factories.payments import FakeGateway, reset_fake_gateway
from tests.fixtures.sandbox import sandbox_server
from tests.soundness import violations

__all__ = ["sandbox_server"]


class TicketOffice:
    """Owns the subjects of kind "ticket": remembers what it was told, and refuses what a test tells it to."""

    def __init__(self) -> None:
        self.captured: list[str] = []
        self.refunded: list[str] = []
        self.unwanted: RefundKind | None = None

    def on_captured(self, payment: Payment, now: dt.datetime) -> None:
        Payment.objects.filter(pk=payment.pk).update(title="owner was here")
        if self.unwanted:
            raise NotWanted(kind=self.unwanted, reason="the ticket is gone")
        self.captured.append(payment.number)

    def on_refunded(self, refunds: Sequence[Refund], now: dt.datetime) -> None:
        self.refunded += [refund.number for refund in refunds]

    def opens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on it is told."""
        owner = SubjectOwner(on_captured=self.on_captured, on_refunded=self.on_refunded)
        monkeypatch.setitem(owners._entries, "ticket", owner)


@pytest.fixture(autouse=True)
def office(monkeypatch: pytest.MonkeyPatch) -> TicketOffice:
    ticket_office = TicketOffice()
    ticket_office.opens(monkeypatch)
    return ticket_office


@pytest.fixture
def gateway(settings) -> FakeGateway:
    """The gateway in memory, configured as "fake" and under the sandbox's name."""
    path = "tests.factories.payments.current_fake_gateway"
    settings.PAYMENT_GATEWAYS = {"sandbox": path, "fake": path}
    return reset_fake_gateway()


@pytest.fixture
def sound() -> Iterator[None]:
    """After the test, everything that must always be true is."""
    yield
    assert violations(include_settled=False) == []
