"""Lines to gateways are kept; what the other side did with one meanwhile is no silence, and nothing is said twice."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction

from payments.errors import GatewayUnavailable
from payments.gateways.base import HttpInsideTransaction
from payments.gateways.lines import send
from tests.parallel import PATIENCE


class Counter:
    """A counter that somebody stands at: how often they came, what they said, and how they are treated."""

    def __init__(self) -> None:
        counter = self
        self.lines = 0
        self.heard: list[bytes] = []
        self.cookies: list[str | None] = []
        self.closes_after_answering = self.hangs_up = False
        self.closed = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                counter.lines += 1
                super().setup()

            def do_POST(self) -> None:
                counter.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
                counter.cookies.append(self.headers["Cookie"])
                if counter.hangs_up:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.send_header("Set-Cookie", "who=1")
                self.end_headers()
                self.wfile.write(b"ok")
                self.close_connection = counter.closes_after_answering

            def finish(self) -> None:
                super().finish()
                self.connection.close()
                counter.closed.set()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self._url = f"http://127.0.0.1:{self._server.server_port}/"

    def say(self, words: bytes) -> bytes:
        return send("POST", self._url, data=words).content

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def counter() -> Iterator[Counter]:
    one = Counter()
    yield one
    one.close()


pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_calls_are_one_line(counter):
    assert [counter.say(b"refund") for _call in range(10)] == [b"ok"] * 10
    assert counter.lines == 1


def test_a_line_that_was_closed_meanwhile_is_no_silence_and_nothing_is_said_twice(counter):
    """A gateway closes lines when it likes: the next call opens another, and is heard once."""
    counter.closes_after_answering = True
    for words in (b"first", b"second", b"third"):
        counter.closed.clear()
        assert counter.say(words) == b"ok"
        assert counter.closed.wait(PATIENCE)
    assert counter.heard == [b"first", b"second", b"third"]
    assert counter.lines == 3


def test_a_line_that_is_cut_during_a_call_is_a_silence_and_the_call_is_not_repeated(counter):
    """Refunds: it may have done its work; only whoever asks first may send it again."""
    assert counter.say(b"first") == b"ok"
    counter.hangs_up = True
    with pytest.raises(GatewayUnavailable):
        counter.say(b"second")
    assert counter.heard == [b"first", b"second"]
    counter.hangs_up = False
    assert counter.say(b"third") == b"ok"


def test_nothing_is_remembered_of_one_call_in_the_next(counter):
    counter.say(b"first")
    counter.say(b"second")
    assert counter.cookies == [None, None]


def test_nobody_is_called_while_rows_are_locked(counter):
    with pytest.raises(HttpInsideTransaction), transaction.atomic():
        counter.say(b"refund")
    assert counter.heard == []
