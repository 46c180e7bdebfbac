"""Every task of the platform is run twice in a row, and twice at once: once would have been enough."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from common import events
from common.clock import database_now
from common.models import Alert
from faults.books import come_to_rest
from faults.due import CASES, tasks
from faults.findings import Findings
from faults.pictures import difference, take_picture
from faults.stage import Stage, Town

Change = Mapping[tuple[Any, ...], int]


def run(stage: Stage) -> Findings:
    """Nobody else sweeps meanwhile. What a task did is compared table by table, without what is drawn by lot."""
    names, rounds = sorted(tasks()), stage.size.rounds_of_tasks
    findings = Findings(f"each of {len(names)} tasks twice in a row, and twice at once ×{rounds}")
    with stage.platform.nobody_sweeping():
        broken = {}
        for name in names:
            _sweep_everything()
            broken[name] = problems(stage, name, rounds=rounds)
        Alert.objects.all().delete()
    findings.count("tasks safe to repeat", sum(not found for found in broken.values()), len(names))
    findings.blame(f"{name} {problem}" for name, found in broken.items() for problem in found)
    come_to_rest(findings, seconds=stage.size.patience)
    return findings


def problems(town: Town, name: str, *, rounds: int) -> list[str]:
    """What one task does not do as it should."""
    if name not in CASES:
        return ["has nothing due for it, see faults/due.py"]
    once, again = _twice_in_a_row(town, name)
    found = []
    if not once:
        found.append("did nothing")
    if again:
        found.append(f"did something once more: {_told(again)}")
    for _round in range(rounds):
        at_once = _twice_at_once(town, name)
        if at_once != once:
            beside = {row: at_once.get(row, 0) - once.get(row, 0) for row in {*once, *at_once}}
            found.append(f"did something else when two ran at once: {_told(beside)}")
    events.drain(now=database_now())
    return found


def _twice_in_a_row(town: Town, name: str) -> tuple[Change, Change]:
    """What the first run did to what is due, and what the second one did."""
    task = _task_with_something_due(town, name)
    before = take_picture()
    task()
    between = take_picture()
    task()
    return difference(before, between), difference(between, take_picture())


def _twice_at_once(town: Town, name: str) -> Change:
    task = _task_with_something_due(town, name)
    before = take_picture()
    start = Barrier(2)

    def work(_worker: int) -> None:
        try:
            start.wait()
            task()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    return difference(before, take_picture())


def _task_with_something_due(town: Town, name: str) -> Callable[[], None]:
    events.drain(now=database_now())
    CASES[name](town)
    return tasks()[name]


def _sweep_everything() -> None:
    """Whatever one task left for another is done before it is the other's turn."""
    events.drain(now=database_now())
    for sweep in tasks().values():
        sweep()
    events.drain(now=database_now())


def _told(change: Change) -> str:
    return "; ".join(f"{times:+d} {' '.join(map(str, row))[:160]}" for row, times in change.items() if times)[:1000]
