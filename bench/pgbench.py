"""PostgreSQL's own load client: statements over eight connections, prepared, as fast as they are answered."""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from groupbuy.local.account import Account

CLIENTS, THREADS = 8, 2
RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


def per_second(script: str, *, times: int) -> float:
    """How many times a second the script is run, when every client runs it so many times. Raises CalledProcessError."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(script)
        command = [*_pgbench(), "--file", path, "--transactions", str(times)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    match = RATE.search(done.stdout)
    assert match is not None, done.stdout
    return float(match[1])


def _pgbench() -> list[str | Path]:
    server = connection.get_connection_params()
    where = ["--host", server["host"], "--username", server["user"], server["dbname"]]
    how = ["--no-vacuum", "--protocol", "prepared", "--client", str(CLIENTS), "--jobs", str(THREADS)]
    return [Account.for_servers().postgres_programs() / "pgbench", *how, *where]
