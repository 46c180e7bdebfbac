"""A process dies between the commit of what happened and the telling of it."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.db import connections
from django.db.models import QuerySet

from accounts.models import User
from bench.seeding import first_order
from common import events
from common.clock import database_now
from common.models import EventDelivery
from faults.books import come_to_rest
from faults.findings import Findings
from faults.seeding import open_code, people
from faults.stage import Stage
from notifications.models import Message
from orders.models import Order

ORDERS_BEFORE_THE_END = 50
LONGEST_LIFE_SECONDS = 0.1


def run(stage: Stage) -> Findings:
    """It joins, takes money and tells of it in a loop, until it is killed; others have to finish what it began."""
    size = stage.size
    findings = Findings(f"kill -9 ×{size.cuts} between COMMIT and publish")
    code = open_code(stage)
    for _cut in range(size.cuts):
        work = partial(_buy_and_tell, code, people(stage, ORDERS_BEFORE_THE_END))
        _kill_after(stage.luck.uniform(0, LONGEST_LIFE_SECONDS), work)
    come_to_rest(findings, seconds=size.patience)
    orders = Order.objects.filter(source_code=code)
    findings.note(f"{orders.count():,} orders")
    _count_told(findings, "order_placed", orders)
    _count_told(findings, "order_paid", orders.filter(paid_at__isnull=False))
    unfinished = EventDelivery.objects.exclude(status=EventDelivery.Status.DONE)
    findings.count("events lost", unfinished.count(), 0)
    return findings


def _buy_and_tell(code: str, buyers: Sequence[User], committed: Callable[[], object]) -> None:
    for buyer in buyers:
        first_order(buyer, code=code, now=database_now())
        committed()
        events.relay(now=database_now())


def _kill_after(seconds: float, work: Callable[[Callable[[], object]], None]) -> None:
    """Let a child of this process work, and kill it some time after its first commit."""
    connections.close_all()
    seen, sign = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(partial(os.write, sign, b"!"))
        finally:
            os._exit(0)
    os.close(sign)
    try:
        os.read(seen, 1)
        time.sleep(seconds)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(seen)


def _count_told(findings: Findings, kind: str, orders: QuerySet[Order]) -> None:
    """Every buyer heard it, once."""
    abouts = [f"order:{number}" for number in orders.values_list("number", flat=True)]
    findings.count(f"times {kind} told", Message.objects.filter(kind=kind, about__in=abouts).count(), len(abouts))
