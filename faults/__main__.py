"""`python -m faults [--short]`: start a platform of its own, break it in every way, print what it survived.

FAULTS_ONLY=name runs one fault, FAULTS_SEED=number repeats the luck of an earlier run. The exit code is 1 when a fault
was not survived. The last lines of the processes are shown then.
"""

import os
import random
import sys
import time
from pathlib import Path

import django

from groupbuy.local.ports import free_port
from groupbuy.local.problems import Problem
from groupbuy.local.run import Plan, write_environment
from groupbuy.local.servers import Servers, stop_on_signals, throw_away_servers

LAST_LINES = 60
# Addresses and settings of somebody's own platform are not for this one.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "SITE_URL", "SANDBOX_GATEWAY_URL")


def main() -> None:
    stop_on_signals()
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "faults.settings"
    try:
        with throw_away_servers(durable=True) as servers:
            survived = _run(servers)
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing is left running.")
    sys.exit(0 if survived else 1)


def _run(servers: Servers) -> bool:
    plan = Plan(folder=servers.folder, port=free_port(), reload=False)
    os.environ["GROUPBUY_DATA_DIR"] = str(plan.folder)
    os.environ.update(write_environment(plan, servers))
    django.setup()
    # Models can be imported only once the settings are known.
    from faults.running import run

    seed = int(os.environ.get("FAULTS_SEED") or time.time_ns() % 1_000_000)
    print(f"seed {seed}", flush=True)
    log = plan.folder / "processes.log"
    with log.open("w", encoding="utf-8") as output:
        survived = run(
            plan,
            servers,
            output,
            luck=random.Random(seed),
            short="--short" in sys.argv[1:],
            only=os.environ.get("FAULTS_ONLY", ""),
        )
    if not survived:
        _show_end_of(log)
    return survived


def _show_end_of(log: Path) -> None:
    print(*log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:], sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main()
