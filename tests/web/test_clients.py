"""The visitor's address is what our own proxies say, never what the visitor says."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from payments.states import PayerDevice
from web.clients import client_address, payer_client


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


@pytest.mark.parametrize(
    ("browser", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148 MicroMessenger/8.0.50", PayerDevice.WECHAT),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", PayerDevice.PHONE),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36", PayerDevice.PHONE),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0", PayerDevice.DESKTOP),
        ("", PayerDevice.DESKTOP),
    ],
)
def test_what_somebody_pays_with_is_read_from_their_browser(browser: str, device: PayerDevice) -> None:
    request = RequestFactory().get("/", headers={"User-Agent": browser}, REMOTE_ADDR="1.2.3.4")
    client = payer_client(request)
    assert (client.device, client.ip, client.openid) == (device, "1.2.3.4", "")
