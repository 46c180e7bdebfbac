"""The processes of the platform: started, listened to, watched, and stopped in order."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import psutil

from groupbuy.local.problems import Problem

SECONDS_TO_STOP = 15
SECONDS_TO_DIE = 5
LINES_REMEMBERED = 20
# Where a run writes down its children, in the folder of its data.
REGISTER = "processes.json"
WIDTH_OF_NAMES = 8


@dataclass
class Child:
    """A running process of the platform whose output is passed on, line by line under its name."""

    name: str
    process: subprocess.Popen[str]
    output: TextIO
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_REMEMBERED))

    @classmethod
    def start(cls, name: str, command: Sequence[str], environment: Mapping[str, str], output: TextIO) -> "Child":
        """Start it in a session of its own, so that Ctrl-C reaches the runner alone, which stops it in order."""
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        child = cls(name, process, output)
        threading.Thread(target=child._repeat_output, daemon=True).start()
        return child

    def stop(self) -> None:
        """Ask it to finish what it has in hand; kill it and what it started when it does not come to an end."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            pass  # the next line ends it
        kill_group(self.process.pid)
        self.process.wait()

    def kill(self) -> None:
        """End it and all it started, in the middle of whatever they do."""
        kill_group(self.process.pid)
        self.process.wait()

    def obituary(self) -> str:
        """What to tell when it ended by itself."""
        ending = f"The process “{self.name}” ended by itself (exit code {self.process.returncode})."
        return "\n  ".join([ending, *self.last_lines])

    def _repeat_output(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.last_lines.append(line.rstrip())
            self.output.write(f"{self.name:<{WIDTH_OF_NAMES}}│ {line.rstrip()}\n")
            self.output.flush()


class Family:
    """The children of a run. Their numbers stand in `register`, so that the next run finds those a kill left over.

    What they say goes to the terminal, unless `output` names another place.
    """

    def __init__(self, register: Path, environment: Mapping[str, str], output: TextIO | None = None) -> None:
        self._register = register
        self._environment = environment
        self._output = output or sys.stdout
        self._children: list[Child] = []

    def start(self, name: str, *command: str) -> None:
        """Start one more child."""
        self._children.append(Child.start(name, command, self._environment, self._output))
        pids = [child.process.pid for child in self._children]
        self._register.write_text(json.dumps({pid: psutil.Process(pid).create_time() for pid in pids}))

    def kill(self, name: str) -> None:
        """Kill one child, as a lack of memory or of power would."""
        (child,) = (child for child in self._children if child.name == name)
        child.kill()
        self._children.remove(child)

    def check(self) -> None:
        """Raise a Problem when a child has ended, for none of them ends by itself."""
        for child in self._children:
            if child.process.poll() is not None:
                time.sleep(0.2)  # its last lines are still on their way
                raise Problem(child.obituary())

    def stop(self) -> None:
        """Stop every child, the last one first, since the later ones work with the earlier ones."""
        for child in reversed(self._children):
            child.stop()
        self._register.unlink(missing_ok=True)

    def stop_leftovers(self) -> None:
        """Stop the children of an earlier run that was killed; they still hold its port and its queue."""
        if not self._register.exists():
            return
        recorded: dict[str, float] = json.loads(self._register.read_text() or "{}")
        for pid, created in recorded.items():
            if _was_created_at(int(pid), created):
                kill_group(int(pid))
        self._register.unlink()


def kill_group(leader: int) -> None:
    """Kill what is left of a process and of everything it started, and wait until it has let go of its ports."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # all of it ended in order
    deadline = time.monotonic() + SECONDS_TO_DIE
    while any(_is_alive_in(process, leader) for process in psutil.process_iter()) and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_alive_in(process: psutil.Process, group: int) -> bool:
    """Whether a process of the group still runs; a zombie only waits to be counted, perhaps for ever."""
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False


def _was_created_at(pid: int, moment: float) -> bool:
    """Whether the process of this number is the one meant, and not a later one that inherited the number."""
    try:
        return abs(psutil.Process(pid).create_time() - moment) < 1
    except psutil.NoSuchProcess:
        return False
