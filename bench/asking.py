"""Pages asked for by turns, over the wire and in this process."""

import re
from collections.abc import Callable, Sequence
from html import unescape

from django.test import Client

from accounts.models import User
from bench import growing, load
from bench.growing import GROWN, YOUNG, Sides
from bench.server import plan
from bench.signing_in import cookie_of
from groupbuy.local.ports import LOOPBACK

# Slow pages need time to be counted, and a queue before them tells nothing.
CONNECTIONS, SECONDS = 4, 6
NEXT = re.compile(r'rel="next" href="([^"]*)"')

Paths = Sequence[tuple[User | None, str]]


def requests_for(paths: Paths) -> list[bytes]:
    """Each page as that person asks for it."""
    cookies = {person: {"Cookie": cookie_of(person)} if person else {} for person, _path in paths}
    return [load.get(path, cookies[person]) for person, path in paths]


def reader_of(paths: Paths) -> Callable[[], None]:
    """Asks for all of them once, in this process. Raises AssertionError when a page is refused."""
    visits = [(_client_of(person), path) for person, path in paths]

    def read() -> None:
        for client, path in visits:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

    return read


def pages_on(person: User, path: str, count: int) -> str:
    """Where one is after turning so many pages of a list."""
    client = _client_of(person)
    for _page in range(count):
        (further,) = NEXT.findall(client.get(path).content.decode())
        path = path.partition("?")[0] + unescape(further)
    return path


def _client_of(person: User | None) -> Client:
    client = Client(headers={"host": LOOPBACK})
    if person:
        client.force_login(person)
    return client


def grown_rate(sides: Sides) -> float:
    return growing.served(GROWN, lambda: _rate(sides.grown))


def young_rate(sides: Sides) -> float:
    return growing.served(YOUNG, lambda: _rate(sides.young))


def _rate(requests: Sequence[bytes]) -> float:
    return load.drive(plan().port, requests, connections=CONNECTIONS, seconds=SECONDS, again=True).rate
