"""Which gateways the buyers of a merchant may choose."""

import pytest

from payments.gateways.choice import gateways_of


@pytest.fixture(autouse=True)
def configured(settings):
    settings.PAYMENT_GATEWAYS = {"wechat": "a", "alipay": "b", "wechat-orchard": "c"}
    settings.MERCHANT_GATEWAYS = {}


def test_without_any_list_everybody_is_paid_at_every_gateway():
    assert gateways_of("ORCHARD") == ["wechat", "alipay", "wechat-orchard"]


def test_the_list_of_everybody_leaves_the_merchant_numbers_of_others_out(settings):
    settings.MERCHANT_GATEWAYS = {"*": ["wechat", "alipay"], "ORCHARD": ["wechat-orchard", "alipay"]}
    assert gateways_of("DAIRY") == ["wechat", "alipay"]
    assert gateways_of("ORCHARD") == ["wechat-orchard", "alipay"]


def test_an_empty_list_is_none(settings):
    """A merchant whose payments are switched off."""
    settings.MERCHANT_GATEWAYS = {"ORCHARD": []}
    assert gateways_of("ORCHARD") == []


def test_what_is_not_configured_is_not_shown(settings):
    settings.MERCHANT_GATEWAYS = {"*": ["wechat", "cheque"]}
    assert gateways_of("DAIRY") == ["wechat"]
