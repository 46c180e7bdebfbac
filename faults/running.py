"""One fault after the other, on one platform."""

import logging
import random
import time
import traceback
from collections.abc import Callable, Mapping
from typing import TextIO

from django.core.management import call_command
from django.utils import timezone

from bench.seeding import found_shop
from faults.findings import Findings, Row, table
from faults.platform import running
from faults.scenarios import (
    callback_storm,
    early_release,
    emptied_valkey,
    gateway_trouble,
    killed_handlers,
    killed_worker,
    lost_publish,
    restarted_database,
    tasks_twice,
)
from faults.sizes import FULL, SHORT
from faults.stage import Stage
from groupbuy.local.problems import Problem
from groupbuy.local.run import Plan
from groupbuy.local.servers import Servers

Scenario = Callable[[Stage], Findings]

# The tasks come first, while the database is small: everything in it is looked at.
SCENARIOS: Mapping[str, Scenario] = {
    "tasks": tasks_twice.run,
    "worker": killed_worker.run,
    "handlers": killed_handlers.run,
    "valkey": emptied_valkey.run,
    "postgres": restarted_database.run,
    "early-release": early_release.run,
    "callbacks": callback_storm.run,
    "gateway": gateway_trouble.run,
    "publish": lost_publish.run,
}

# tests/seams proves it without processes for every change; FAULTS_ONLY has it in the short form too.
FULL_ONLY = {"handlers"}


def run(plan: Plan, servers: Servers, output: TextIO, *, luck: random.Random, short: bool, only: str) -> bool:
    """Print the table; whether every fault was survived."""
    if only and only not in SCENARIOS:
        raise Problem(f"FAULTS_ONLY must be one of {', '.join(SCENARIOS)}, and it is “{only}”.")
    # What a platform logs while it is broken on purpose is read when it did not survive, see `faults.__main__`.
    logging.disable(logging.ERROR)
    call_command("migrate", interactive=False, verbosity=0)
    shop = found_shop(now=timezone.now())
    rows = []
    with running(plan, servers, output) as platform:
        stage = Stage(shop=shop, platform=platform, size=SHORT if short else FULL, luck=luck)
        for name, scenario in SCENARIOS.items():
            if only == name or not (only or (short and name in FULL_ONLY)):
                print(f"── {name}", flush=True)
                rows.append(_measure(name, scenario, stage))
    print(table(rows), flush=True)
    return bool(rows) and all(row.survived for row in rows)


def _measure(name: str, scenario: Scenario, stage: Stage) -> Row:
    begun = time.monotonic()
    try:
        findings = scenario(stage)
    except Exception as error:
        traceback.print_exc()
        findings = Findings("did not get to its end", broken=[f"{type(error).__name__}: {error}"])
    return Row(name, findings, time.monotonic() - begun)
