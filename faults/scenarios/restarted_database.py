"""PostgreSQL is restarted as after a crash, again and again, while neighbours join and pay."""

import time

from faults.books import come_to_rest
from faults.findings import Findings
from faults.seeding import open_code, people
from faults.shopping import Shoppers
from faults.stage import Stage

SECONDS_TO_RECOVER = 30


def run(stage: Stage) -> Findings:
    """Nobody sees anything worse than "try again", what is repeated has one effect, and no hand is needed."""
    size = stage.size
    findings = Findings(f"PostgreSQL immediate restart ×{size.restarts} under joins and payments")
    shoppers = Shoppers(stage.platform, open_code(stage), people(stage, size.buyers))
    with shoppers.shopping(size.shoppers):
        slowest = max(_restart(stage) for _turn in range(size.restarts))
        time.sleep(1)
    findings.measure("well again within", slowest, SECONDS_TO_RECOVER)
    shoppers.report(findings, seconds=size.patience)
    come_to_rest(findings, seconds=size.patience)
    return findings


def _restart(stage: Stage) -> float:
    """How long it took until the platform could work again."""
    time.sleep(stage.size.seconds_between_restarts * stage.luck.uniform(0.8, 1.2))
    begun = time.monotonic()
    stage.platform.restart_database()
    stage.platform.await_ready(SECONDS_TO_RECOVER * 2)
    return time.monotonic() - begun
