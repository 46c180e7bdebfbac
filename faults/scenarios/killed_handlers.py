"""The worker is killed in the middle of telling everybody what happened: who reacts does so once, and whole."""

import time
from functools import partial

from django.db.models import Count

from accounts.models import User
from common.clock import database_now
from common.models import EventDelivery, OutboxEvent
from faults.books import come_to_rest
from faults.findings import Findings
from faults.seeding import buy, open_code, people
from faults.stage import Stage
from faults.waiting import wait_until
from notifications.models import Message

Status = EventDelivery.Status


def run(stage: Stage) -> Findings:
    """Nobody sweeps while neighbours buy; then the worker is killed whenever it has delivered a few of the events."""
    size = stage.size
    findings = Findings(f"worker kill -9 at {size.handler_kills} random points of what {size.told} orders set going")
    with stage.platform.nobody_sweeping():
        code = open_code(stage)
        buyers = people(stage, size.told)
        before = EventDelivery.objects.count()
        for buyer in buyers:
            buy(buyer, code, now=database_now())
    for _kill in range(size.handler_kills):
        wait_until(partial(_more_than, _done()), "nothing is delivered", seconds=size.patience)
        time.sleep(stage.luck.uniform(0, 0.3))
        stage.platform.kill("worker")
        stage.platform.start("worker")
    come_to_rest(findings, seconds=size.patience)
    _report(findings, buyers, deliveries=EventDelivery.objects.count() - before)
    return findings


def _more_than(done: int) -> bool:
    return _done() > done


def _done() -> int:
    return EventDelivery.objects.filter(status=Status.DONE).count()


def _report(findings: Findings, buyers: list[User], *, deliveries: int) -> None:
    """Everybody was told of their order and of their money, once; nothing waits, nothing was given up."""
    findings.note(f"{deliveries:,} deliveries")
    for kind in ("order_placed", "order_paid"):
        told = Message.objects.filter(kind=kind, recipient__in=buyers)
        each = told.values("recipient").annotate(times=Count("pk"))
        findings.count(f"told {kind}", sum(row["times"] == 1 for row in each), len(buyers))
        findings.count("told twice", sum(row["times"] > 1 for row in each), 0)
    findings.count("parked", EventDelivery.objects.filter(status=Status.PARKED).count(), 0)
    findings.count("not handed out", OutboxEvent.objects.filter(relayed_at__isnull=True).count(), 0)
