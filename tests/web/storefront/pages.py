"""The shop as a browser without scripts sees it."""

import re
from html import unescape
from typing import Any, Protocol

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


class Page(Protocol):
    """An answer with a body."""

    @property
    def content(self) -> bytes: ...


def browser_of(user: User | None = None) -> Client:
    """A browser, signed in as somebody or as nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def hidden(response: Page, name: str) -> str:
    """The value of a hidden field of the page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text_of(response))
    assert found, f"no field {name}"
    return found[1]


def text_of(response: Page) -> str:
    return response.content.decode()


def next_of(page: str) -> str:
    """The link to the next page of a list."""
    (link,) = re.findall(r'rel="next" href="([^"]*)"', page)
    return unescape(link)


def previous_of(page: str) -> str:
    """The link to the page before."""
    (link,) = re.findall(r'rel="prev" href="([^"]*)"', page)
    return unescape(link)


def says(response: Page) -> str:
    """What a reader sees: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response)).split())


def queries_of(client: Client, path: str, **query: Any) -> int:
    """How many queries a page takes, its caches warm."""
    assert client.get(path, query).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query).status_code == 200
    return len(captured)
