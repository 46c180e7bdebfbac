"""The gateway fails a third of its calls, before and after their effect; then it does not answer at all."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from django.db import connection

from faults.books import come_to_rest, let_time_pass, refunded, report_refunds
from faults.findings import Findings
from faults.seeding import end_now, missed_campaign, open_code, people
from faults.shopping import Shoppers
from faults.stage import Stage
from faults.waiting import wait_until
from payments.gateways.sandbox import control

# Each kind strikes so many percent of the calls, on its own: about 30 in all.
KINDS = ("lose_request", "drop_answer", "error", "too_many")
PERCENT_EACH = 9
ALWAYS = 1_000_000
HANGING_SECONDS = 6
HANGING_AT_ONCE = 3
# Ratios only: how fast this computer is says nothing about the platform.
SLOWEST_RATIO = 3
LOOKS = 5
IDLE_TRANSACTIONS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND state = 'idle in transaction' AND now() - state_change > interval '1 second'
"""


def run(stage: Stage) -> Findings:
    """Every refund is made once whatever the gateway answers; and nobody else waits for it."""
    size = stage.size
    findings = Findings(f"gateway fails 30 % of {size.refunds_in_trouble:,} refunds, then hangs for every payer")
    code = missed_campaign(stage, orders=size.refunds_in_trouble)
    for kind in KINDS:
        control("faults", kind=kind, percent=PERCENT_EACH, times=ALWAYS, seed=str(stage.luck.random()))
    end_now(code)
    try:
        wait_until(lambda: _all_back(stage, code), "not everybody has their money", seconds=size.patience)
    finally:
        _clear()
    come_to_rest(findings, seconds=size.patience)
    report_refunds(findings, code, wanted=size.refunds_in_trouble)
    _hang(stage, findings)
    return findings


def _all_back(stage: Stage, code: str) -> bool:
    """Pauses grow to ten minutes; that a repeat makes no second refund shows without waiting for them."""
    time.sleep(1)
    let_time_pass()
    return refunded(code).once == stage.size.refunds_in_trouble


def _clear() -> None:
    control("faults/clear")


def _hang(stage: Stage, findings: Findings) -> None:
    address = f"{stage.platform.address}/campaigns/"
    _browse(address, stage.size.pages)
    usual = _browse(address, stage.size.pages)
    shoppers = Shoppers(stage.platform, open_code(stage), people(stage, HANGING_AT_ONCE))
    with _payers_waiting(shoppers):
        meanwhile = _browse(address, stage.size.pages)
        findings.count("transactions held open", sum(_idle_transactions() for _look in range(LOOKS)), 0)
    findings.measure("browsing while it hangs", meanwhile / usual, SLOWEST_RATIO, "×")
    shoppers.report(findings, seconds=stage.size.patience)


@contextmanager
def _payers_waiting(shoppers: Shoppers) -> Iterator[None]:
    """Some of the web server's threads wait for a gateway that does not answer."""
    control("faults", kind="delay", action="open", value=HANGING_SECONDS, times=ALWAYS)
    with shoppers.shopping(HANGING_AT_ONCE):
        time.sleep(1)
        try:
            yield
        finally:
            _clear()


def _browse(address: str, pages: int) -> float:
    """The median seconds of a page of the hall."""
    with requests.Session() as line:
        return statistics.median(line.get(address, timeout=60).elapsed.total_seconds() for _page in range(pages))


def _idle_transactions() -> int:
    time.sleep(0.3)
    with connection.cursor() as cursor:
        cursor.execute(IDLE_TRANSACTIONS)
        count: int = cursor.fetchone()[0]
    return count
