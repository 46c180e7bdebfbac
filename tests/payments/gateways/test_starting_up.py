"""Production does not start on a gateway that could not take money."""

import json
import os
import subprocess
import sys

import pytest

from tests.fixtures.keys import private_text, public_text, stranger

SAFE = {
    "SECRET_KEY": "a-secret-of-more-than-thirty-two-characters",
    "FIELD_KEYS": "1:ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM=",
    "FIELD_INDEX_KEY": "an-index-key",
    "ALLOWED_HOSTS": "shop.example",
    "PAYMENT_GATEWAYS": json.dumps({"alipay": "payments.gateways.alipay.AlipayGateway"}),
    "ALIPAY_APP_ID": "2021000000000001",
    "ALIPAY_SELLER_ID": "2088000000000001",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings of production."""
    return subprocess.run(
        [sys.executable, "-c", "import groupbuy.settings.production"],
        env={"PATH": os.environ["PATH"]} | SAFE | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    return {"ALIPAY_PRIVATE_KEY": private_text(stranger()), "ALIPAY_PUBLIC_KEY": public_text(stranger())}


def test_with_all_its_keys_it_starts(keys: dict[str, str]) -> None:
    assert start(**keys).returncode == 0


def test_without_a_key_it_says_which(keys: dict[str, str]) -> None:
    failed = start(ALIPAY_PUBLIC_KEY=keys["ALIPAY_PUBLIC_KEY"])
    assert failed.returncode != 0
    assert "ImproperlyConfigured: The gateway 'alipay' cannot be used: ALIPAY_PRIVATE_KEY" in failed.stderr


def test_a_merchants_list_of_unknown_gateways_is_no_start_either(keys: dict[str, str]) -> None:
    failed = start(**keys, MERCHANT_GATEWAYS=json.dumps({"*": ["wechat"]}))
    assert "MERCHANT_GATEWAYS names gateways that are not configured: wechat." in failed.stderr
