"""One run at a time for a data folder: two would fight for one database and do every timed job twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupbuy.local.problems import Problem


@contextmanager
def only_run(folder: Path, address: str) -> Iterator[None]:
    """Hold the folder. The lock is the kernel's and goes with the process, so that a crash leaves nothing to clear."""
    with (folder / "run.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(_already_running(folder, file.name)) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {address}")
        file.flush()
        yield


def is_running(folder: Path) -> bool:
    """Whether a run holds the folder now."""
    path = folder / "run.lock"
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _already_running(folder: Path, lock: str) -> str:
    pid, _, address = Path(lock).read_text(encoding="utf-8").partition(" ")
    return (
        f"groupbuy already runs on {folder}: {address} (process {pid}). "
        f"Stop it with Ctrl-C in its terminal or with `kill {pid}`; "
        "a second one beside it needs its own data and port: GROUPBUY_DATA_DIR=/tmp/second PORT=8100 make run"
    )
