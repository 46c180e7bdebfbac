"""Asking a web server as fast as it answers, from a process of its own that costs as little as possible.

Client, server and database share the same two cores, so requests are made of bytes beforehand, a connection has one of
them on its way at a time, and of an answer only the status and the length are read.
"""

import pickle
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

from groupbuy.local.ports import LOOPBACK

CONNECTIONS = 16
SECONDS = 2.0
# Until then threads connect to the database and caches fill; these answers do not count.
WARM_UP = 0.75
PATIENCE = 30
LARGEST_PART = 1 << 18
HEAD_ENDS = b"\r\n\r\n"


class Answer(NamedTuple):
    """One answer, with seconds of one clock."""

    status: int
    began: float
    ended: float


@dataclass(frozen=True)
class Load:
    """What to ask of whom. Every request is sent once, or over and over with `again`, until the time is up."""

    port: int
    requests: Sequence[bytes]
    connections: int
    seconds: float
    again: bool


@dataclass(frozen=True)
class Result:
    """What came of it."""

    answers: Sequence[Answer]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.answers) / (max(a.ended for a in self.answers) - min(a.began for a in self.answers))

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    @property
    def p50(self) -> float:
        """Half of them took at most so many seconds."""
        return self._percentile(50)

    @property
    def p99(self) -> float:
        return self._percentile(99)

    def only(self, status: int) -> "Result":
        """The answers with this status."""
        return Result([answer for answer in self.answers if answer.status == status])

    def after(self, seconds: float) -> "Result":
        """The answers to what was asked so long after the beginning."""
        begin = min(answer.began for answer in self.answers) + seconds
        return Result([answer for answer in self.answers if answer.began >= begin])

    def _percentile(self, percent: int) -> float:
        return statistics.quantiles((a.ended - a.began for a in self.answers), n=100)[percent - 1]


class WrongAnswer(AssertionError):
    """The server answered something else than the row counts on."""


def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    expect: Collection[int] = (200,),
    connections: int = CONNECTIONS,
    seconds: float = SECONDS,
    warm_up: float = WARM_UP,
    again: bool = False,
) -> Result:
    """Send the requests over so many connections for some seconds after the warm-up. Raises WrongAnswer."""
    load = Load(port, requests, connections, warm_up + seconds, again)
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=pickle.dumps(load), stdout=subprocess.PIPE, check=True)
    result = Result([Answer._make(each) for each in pickle.loads(done.stdout)])
    if unexpected := result.statuses.keys() - set(expect):
        raise WrongAnswer(f"answered {sorted(unexpected)}: {result.statuses}")
    return result.after(warm_up)


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A GET as bytes."""
    return _request("GET", path, headers or {}, b"")


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST of JSON as bytes."""
    return _request(
        "POST", path, {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}, body
    )


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + HEAD_ENDS + body


class Lane:
    """One connection that is kept, and the request on its way."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._selector = selector
        self._socket = self._connect()
        self._request = b""
        self._received = b""
        self._length = 0
        self._began = 0.0

    def ask(self, request: bytes) -> None:
        """Send the next request."""
        self._request, self._received, self._length = request, b"", 0
        self._began = time.perf_counter()
        self._socket.sendall(request)

    def read(self) -> Answer | None:
        """Take what has come; the answer once it is whole. Raises ConnectionError when it breaks off."""
        received = self._receive()
        if not received:
            self._ask_again()
            return None
        self._received = self._received + received if self._received else received
        self._length = self._length or length_of(self._received)
        if not 0 < self._length <= len(self._received):
            return None
        return Answer(int(self._received[9:12]), self._began, time.perf_counter())

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((LOOPBACK, self._port), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ, self)
        return connection

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(LARGEST_PART)
        except ConnectionResetError:
            return b""

    def _ask_again(self) -> None:
        """As every client does when a kept connection was closed before it carried anything of the answer."""
        if self._received:
            raise ConnectionError("the server closed a connection in the middle of an answer")
        self._selector.unregister(self._socket)
        self._socket.close()
        self._socket = self._connect()
        self._socket.sendall(self._request)


def length_of(received: bytes) -> int:
    """How long the answer will be in all; 0 as long as its head is not complete."""
    end = received.find(HEAD_ENDS)
    if end < 0:
        return 0
    head = received[:end].lower()
    _before, _name, rest = head.partition(b"\r\ncontent-length:")
    return end + len(HEAD_ENDS) + int(rest.partition(b"\r\n")[0] or 0)


def ask_all(load: Load) -> list[Answer]:
    """Keep every connection busy until the requests or the time have run out."""
    deadline = time.perf_counter() + load.seconds
    requests: Iterator[bytes] = cycle(load.requests) if load.again else iter(load.requests)
    answers: list[Answer] = []
    with selectors.DefaultSelector() as selector:
        lanes = [Lane(load.port, selector) for _lane in range(load.connections)]
        busy = sum(_ask_next(lane, requests, deadline) for lane in lanes)
        while busy:
            for key, _events in selector.select(PATIENCE):
                if answer := key.data.read():
                    answers.append(answer)
                    busy -= not _ask_next(key.data, requests, deadline)
    return answers


def _ask_next(lane: Lane, requests: Iterator[bytes], deadline: float) -> bool:
    request = next(requests, None) if time.perf_counter() < deadline else None
    if request is not None:
        lane.ask(request)
    return request is not None


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps([tuple(answer) for answer in ask_all(pickle.load(sys.stdin.buffer))]))
