"""The load client against a server of a few lines."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import Answer, Result, WrongAnswer, drive, get, length_of, post


class Shop(BaseHTTPRequestHandler):
    """Sells three pieces, and keeps connections."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    lock = threading.Lock()
    bought: list[bytes] = []
    was_closed = False

    def do_GET(self) -> None:
        self._answer(200, b"open")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            self.bought.append(body)
            sold_out = len(self.bought) > 3
        self._answer(409 if sold_out else 201, body)

    def do_DELETE(self) -> None:
        """Closes at the first time without a word, as a server does whose patience with a connection is over."""
        self.close_connection = not self.was_closed
        if self.was_closed:
            self._answer(200, b"")
        Shop.was_closed = True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Shop.bought.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_every_buyer_asks_once_and_every_answer_is_counted(port: int) -> None:
    requests = [post("/join/", f'{{"buyer": {buyer}}}'.encode(), {}) for buyer in range(20)]
    result = drive(port, requests, expect=(201, 409), connections=4, warm_up=0)
    assert result.statuses == {201: 3, 409: 17}
    assert len(set(Shop.bought)) == len(Shop.bought) == 20


def test_one_page_is_asked_for_again_until_the_time_is_up(port: int) -> None:
    result = drive(port, [get("/")], connections=2, seconds=0.1, warm_up=0, again=True)
    assert result.statuses.keys() == {200}
    assert len(result.answers) > 2


def test_a_connection_that_was_closed_before_the_answer_is_opened_again(port: int) -> None:
    request = get("/").replace(b"GET", b"DELETE")
    assert drive(port, [request], connections=1, warm_up=0).statuses == {200: 1}
    assert Shop.was_closed


def test_an_answer_that_nobody_counts_on_ends_the_row(port: int) -> None:
    requests = [post("/join/", b"{}", {}) for _buyer in range(4)]
    with pytest.raises(WrongAnswer, match="409"):
        drive(port, requests, expect=(201,), connections=1, warm_up=0)


def test_rates_and_percentiles_come_from_the_answers_after_the_warm_up() -> None:
    slow = [Answer(200, second, second + 1) for second in (0.0, 1.0)]
    quick = [Answer(200, 2 + tenth / 10, 2.1 + tenth / 10) for tenth in range(10)]
    result = Result([*slow, *quick]).after(2)
    assert result.rate == pytest.approx(10)
    assert result.p50 == pytest.approx(0.1)
    assert result.p99 == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("received", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Le", 0),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nServer: x\r\n\r\nop", 53),
        (b"HTTP/1.1 304 Not Modified\r\nServer: x\r\n\r\n", 40),
    ],
)
def test_how_long_an_answer_will_be_is_read_from_its_head(received: bytes, length: int) -> None:
    assert length_of(received) == length
