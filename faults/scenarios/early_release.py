"""PostgreSQL is restarted as after a crash while a crowd places orders whose commits nobody waited for (ADR 17)."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from django.db import DatabaseError, InterfaceError, connection

from accounts.models import User
from bench.seeding import choice_of, line_of
from campaigns.services.joining import quote
from catalog.models import Allotment
from common.clock import database_now
from faults.books import come_to_rest
from faults.findings import Findings
from faults.seeding import open_code, people
from faults.stage import Stage
from orders.models import Order
from orders.quotes import Quote
from orders.services import placing
from orders.services.placing import place_order

AT_ONCE = 8
TRIES = 3


class Crowd:
    """So many people with one quote, each placing one order; `told` are the numbers that somebody was told."""

    def __init__(self, buyers: Sequence[User], quoted: Quote) -> None:
        self._quotes = iter([replace(quoted, buyer_id=buyer.pk) for buyer in buyers])
        self._taking = threading.Lock()
        self.told: list[str] = []

    @contextmanager
    def placing(self) -> Iterator[None]:
        """They place while the block runs, and afterwards until nobody is left. Raises what one of them met."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            errands = [pool.submit(self._place) for _each in range(AT_ONCE)]
            yield
            for errand in errands:
                errand.result()

    def _place(self) -> None:
        while quoted := self._next():
            try:
                self.told.append(place_order(quote=quoted, now=database_now()).number)
            except (DatabaseError, InterfaceError):
                # Nobody was told; whether there is an order only the database knows.
                connection.close()
                time.sleep(0.1)
        connection.close()

    def _next(self) -> Quote | None:
        with self._taking:
            return next(self._quotes, None)


def run(stage: Stage) -> Findings:
    """Whoever was told of an order has it, and stock, people and lines agree to the piece."""
    size = stage.size
    findings = Findings(f"PostgreSQL immediate restart ×{size.restarts} under {AT_ONCE} who place without a pause")
    for _turn in range(size.restarts):
        code, told = _crash_once(stage)
        kept = Order.objects.filter(source_code=code)
        findings.count("of them kept", kept.filter(number__in=told).count(), len(told))
        findings.count("pieces reserved", Allotment.objects.get(purpose=f"campaign:{code}").reserved, kept.count())
        findings.note(f"{kept.count() - len(told)} kept of which nobody was told")
    _lose_without_flush(stage, findings)
    come_to_rest(findings, seconds=size.patience)
    return findings


def _lose_without_flush(stage: Stage, findings: Findings) -> None:
    """The counter-run: without the flush before the answer, some of whom somebody was told are gone.

    PostgreSQL's own writer may have come by just before the crash; it does not do so every time.
    """
    lost = 0
    with patch.object(placing, "flush", lambda: None):
        for _try in range(TRIES):
            code, told = _crash_once(stage)
            lost += len(told) - Order.objects.filter(source_code=code, number__in=told).count()
            if lost:
                break
    findings.note(f"{lost} told of lost where nobody flushed")
    if not lost:
        findings.blame(["without the flush nothing was lost either: this fault shows nothing"])


def _crash_once(stage: Stage) -> tuple[str, list[str]]:
    """The campaign of a crowd that met a crash, and the numbers that somebody was told."""
    code, buyers = open_code(stage), people(stage, stage.size.buyers)
    now = database_now()
    quoted = quote(buyer=buyers[0], code=code, lines=[line_of(code)], fulfilment=choice_of(code), now=now)
    crowd = Crowd(buyers, quoted)
    with crowd.placing():
        enough = stage.luck.uniform(0.2, 0.6) * len(buyers)
        while len(crowd.told) < enough:
            time.sleep(0.001)
        stage.platform.restart_database()
    return code, crowd.told
