"""Neighbours who join and pay over HTTP, and repeat what got no clear answer under the same Idempotency-Key."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import requests
from django.db import transaction

from accounts.models import User
from accounts.services.tokens import issue_token
from bench.seeding import choice_of, line_of
from common.clock import database_now
from faults.findings import Findings
from faults.platform import Platform
from faults.waiting import wait_until
from orders.models import Order
from orders.states import OrderStatus
from payments.models import Payment

PATIENCE_SECONDS = 180
PAUSE_SECONDS = 0.2
NO_ANSWER = "no answer"
# What a client may see of a fault: try again. Everything else that is no success is broken.
TRY_AGAIN = (409, 503)


class Shoppers:
    """So many at once, each buying for one neighbour after the other until they are told to stop.

    `answers` counts what they saw; `bought` are the order numbers by buyer.
    """

    def __init__(self, platform: Platform, code: str, buyers: Sequence[User]) -> None:
        self._api = f"{platform.address}/api/v1"
        self._code = code
        self._body = {
            "lines": [{"sku": line_of(code).sku, "quantity": 1}],
            "pickup_point": choice_of(code).pickup_point,
        }
        self._tokens = _sign_in(buyers)
        self._taking = threading.Lock()
        self._stopping = threading.Event()
        self.answers: Counter[str] = Counter()
        self.bought: dict[int, str] = {}

    @contextmanager
    def shopping(self, at_once: int) -> Iterator[None]:
        """They buy while the block runs; each finishes the errand in hand afterwards. Raises what one of them met."""
        with ThreadPoolExecutor(at_once) as pool:
            errands: list[Future[None]] = [pool.submit(self._go_on) for _shopper in range(at_once)]
            try:
                yield
            finally:
                self._stopping.set()
        for errand in errands:
            errand.result()

    def report(self, findings: Findings, *, seconds: float) -> None:
        """Every key had one effect: one order, one payment, paid; and nobody saw anything but "try again"."""
        numbers = list(self.bought.values())
        unpaid = Order.objects.filter(number__in=numbers, status=OrderStatus.PENDING_PAYMENT)
        wait_until(lambda: not unpaid.exists(), "orders that were paid for wait", seconds=seconds)
        findings.count("orders joined", Order.objects.filter(source_code=self._code).count(), len(numbers))
        findings.count("payments", Payment.objects.filter(subject_number__in=numbers).count(), len(numbers))
        paid = Order.objects.filter(number__in=numbers, paid_at__isnull=False)
        findings.count("paid", paid.count(), len(numbers))
        seen = {what: times for what, times in self.answers.items() if what.startswith("2")}
        again = {what: self.answers[what] for what in (*map(str, TRY_AGAIN), NO_ANSWER) if self.answers[what]}
        findings.note("answers " + ", ".join(f"{what}: {times}" for what, times in (seen | again).items()))
        findings.blame(f"{what}: {times}" for what, times in (self.answers - Counter(seen | again)).items())

    def _go_on(self) -> None:
        with requests.Session() as line:
            while not self._stopping.is_set() and (person := self._next_person()):
                self._buy(line, *person)

    def _next_person(self) -> tuple[int, str] | None:
        with self._taking:
            return self._tokens.pop() if self._tokens else None

    def _buy(self, line: requests.Session, buyer_id: int, token: str) -> None:
        headers = {"Authorization": f"Token {token}"}
        order = self._insist(line, f"campaigns/{self._code}/join/", self._body, headers)
        if order is None:
            return
        self.bought[buyer_id] = order["number"]
        payment = self._insist(line, f"orders/{order['number']}/payments/", {"gateway": "sandbox"}, headers)
        if payment is not None:
            self._insist(line, f"sandbox/payments/{payment['number']}/succeed/", {}, {})

    def _insist(
        self, line: requests.Session, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """The answer to a POST, asked for again and again under one key; None when it was a no."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        headers = headers | {"Idempotency-Key": path}
        while time.monotonic() < deadline:
            try:
                answer = line.post(f"{self._api}/{path}", json=body, headers=headers, timeout=30)
            except requests.RequestException:
                self._saw(NO_ANSWER)
            else:
                self._saw(str(answer.status_code))
                if answer.ok:
                    return answer.json() if answer.content else {}
                if answer.status_code not in TRY_AGAIN:
                    self._saw(f"{path} → {answer.text[:200]}")
                    return None
            time.sleep(PAUSE_SECONDS)
        self._saw(f"gave up {path}")
        return None

    def _saw(self, what: str) -> None:
        with self._taking:
            self.answers[what] += 1


@transaction.atomic
def _sign_in(buyers: Sequence[User]) -> list[tuple[int, str]]:
    """Each buyer with a token; in one transaction, because they are many."""
    return [(buyer.pk, issue_token(user=buyer, label="", now=database_now())) for buyer in buyers]
