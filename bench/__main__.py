"""`python -m bench [--large]`: start servers that keep their promises (fsync on), seed, run the rows, print the table.

BENCH_ONLY=name runs one row, BENCH_JSON=path writes the table for programs too. Ends with 1 when a row could not be
measured; a bar that is missed is a result.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

import django

from bench import table
from bench.row import Figures
from bench.server import last_words
from groupbuy.local.ports import LOOPBACK, free_port
from groupbuy.local.prepare import collect_static
from groupbuy.local.problems import Problem
from groupbuy.local.servers import kept_servers, stop_on_signals


def main() -> None:
    stop_on_signals()
    with tempfile.TemporaryDirectory(prefix="groupbuy-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ["GROUPBUY_DATA_DIR"] = folder
        with kept_servers(Path(folder)) as servers:
            os.environ.update(servers.environment())
            os.environ["SANDBOX_GATEWAY_URL"] = f"http://{LOOPBACK}:{free_port()}"
            os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
            django.setup()
            try:
                sys.exit(_run())
            except Problem as problem:
                sys.exit(str(problem))


def _run() -> int:
    """Measure the rows that are wanted; how many of them failed, at most 1."""
    # Models can be imported only once the settings are known.
    from bench.databases import make_seeded
    from bench.rounds import measure
    from bench.rows import every_row, wanted

    rows = wanted(every_row(), only=os.environ.get("BENCH_ONLY", ""), large="--large" in sys.argv)
    collect_static()
    make_seeded()
    print(table.HEAD, flush=True)
    measured: list[Figures] = []
    for row in rows:
        try:
            measured.append(measure(row))
        except Exception:
            traceback.print_exc()
            print(last_words(), file=sys.stderr)
            print(table.failure(row.name), flush=True)
        else:
            print(table.line(measured[-1]), flush=True)
    if path := os.environ.get("BENCH_JSON"):
        table.write(Path(path), measured)
    return int(len(measured) < len(rows))


if __name__ == "__main__":
    main()
