"""The processes of a run, and what a run of faults does to them."""

import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from groupbuy.local.problems import Problem
from groupbuy.local.processes import Family

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_ended(family: Family) -> bool:
    """Whether one of the children has, as a run notices it."""
    try:
        family.check()
    except Problem as problem:
        return "ended by itself" in str(problem)
    return False


def test_a_killed_process_takes_along_what_it_started_and_may_be_started_again(tmp_path: Path) -> None:
    said = io.StringIO()
    family = Family(tmp_path / "register", os.environ, said)
    try:
        family.start("worker", sys.executable, "-c", PARENT)
        wait_for(lambda: said.getvalue().endswith("\n"))
        name, child = said.getvalue().split("│")
        assert name.strip() == "worker"
        family.kill("worker")
        assert not psutil.pid_exists(int(child)) or psutil.Process(int(child)).status() == psutil.STATUS_ZOMBIE
        family.check()
        family.start("worker", sys.executable, "-c", "")
        wait_for(lambda: has_ended(family))
    finally:
        family.stop()
    assert not (tmp_path / "register").exists()
