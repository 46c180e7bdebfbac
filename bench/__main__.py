"""`python -m bench`: start servers that keep their promises (fsync on), seed, run the rows, print the table.

BENCH_ONLY=name runs one row, BENCH_JSON=path also writes {"rows": [{"name", "ours", "reference", "ratio", "unit"}]}.
"""

import json
import os
import tempfile
from pathlib import Path

import django

from groupbuy.local.servers import kept_servers, stop_on_signals

COLUMNS = "{:<10} {:>12} {:>12} {:>7}  {}"


def main() -> None:
    stop_on_signals()
    with tempfile.TemporaryDirectory(prefix="groupbuy-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ["GROUPBUY_DATA_DIR"] = folder
        with kept_servers(Path(folder)) as servers:
            os.environ.update(servers.environment())
            os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
            django.setup()
            _run()


def _run() -> None:
    # Models can be imported only once the settings are known.
    from bench.rows import measure_all

    results = measure_all(only=os.environ.get("BENCH_ONLY", ""))
    print(COLUMNS.format("row", "ours", "bare SQL", "ratio", "unit; median (min–max of the ratio) of 3 rounds"))
    for row in results:
        spread = f"{row.unit} ({row.lowest:.2f}–{row.highest:.2f})"
        print(COLUMNS.format(row.name, f"{row.ours:,.0f}", f"{row.reference:,.0f}", f"{row.ratio:.2f}", spread))
    if path := os.environ.get("BENCH_JSON"):
        rows = [
            {"name": row.name, "ours": row.ours, "reference": row.reference, "ratio": row.ratio, "unit": row.unit}
            for row in results
        ]
        Path(path).write_text(json.dumps({"rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
