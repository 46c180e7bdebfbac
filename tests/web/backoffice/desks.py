"""Somebody at their desk: a signed-in browser and the addresses of a shop."""

import html
from typing import Any

from django.test import Client

from accounts.models import Merchant, User

FIELD_ERROR = 'class="field__error"'


class Desk:
    """A person's browser in the back office of one merchant."""

    def __init__(self, person: User, merchant: Merchant) -> None:
        self.person = person
        self.merchant = merchant
        self.client = Client()
        self.client.force_login(person)

    def url(self, path: str = "") -> str:
        return f"/backoffice/{self.merchant.code}/{path}"

    def get(self, path: str = "", **query: Any) -> Any:
        """A page."""
        return self.client.get(self.url(path), query)

    def post(self, path: str, **typed: Any) -> Any:
        """A form sent; fields with a dash in their name are passed as a dictionary named `fields`."""
        return self.client.post(self.url(path), typed.pop("fields", {}) | typed)

    def read(self, path: str = "", **query: Any) -> str:
        """The words of a page that must be there."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer)


def words(answer: Any) -> str:
    """What a page says, with its quotation marks as they are read."""
    return html.unescape(answer.content.decode())
