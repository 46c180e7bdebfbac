"""The visitor's address is what our own proxies say, never what the visitor says."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from web.clients import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
        (1, "", "10.0.0.1"),
        (3, "1.2.3.4", "10.0.0.1"),
    ],
)
def test_only_trusted_places_of_the_header_count(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address
