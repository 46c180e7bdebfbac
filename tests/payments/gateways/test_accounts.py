"""Keys come from the environment or from files, and whoever starts without one is told which."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from payments.gateways.accounts import AlipayAccount, WeChatAccount, check_lists, read_accounts
from tests.fixtures.keys import certificate_pem, new_key, private_text, public_text

WECHAT = "payments.gateways.wechat.WeChatGateway"
ALIPAY = "payments.gateways.alipay.AlipayGateway"
KEY = new_key()


def wechat(prefix: str = "WECHAT", **changes: str) -> dict[str, str]:
    """The variables of an account in public-key mode."""
    given = {
        "APP_ID": "wx1",
        "MERCHANT_NO": "1900000001",
        "CERTIFICATE_SERIAL": "5157F09EFDC096DE15EBE81A47057A72",
        "PRIVATE_KEY": private_text(KEY),
        "API_V3_KEY": "k" * 32,
        "PUBLIC_KEY_ID": "PUB_KEY_ID_01",
        "PUBLIC_KEY": public_text(KEY),
    } | changes
    return {f"{prefix}_{name}": value for name, value in given.items()}


def test_an_account_is_read_from_variables():
    accounts = read_accounts({"wechat": WECHAT}, wechat())
    account = accounts["WECHAT"]
    assert isinstance(account, WeChatAccount)
    assert (account.merchant_no, account.api_url) == ("1900000001", "https://api.mch.weixin.qq.com")


def test_a_second_merchant_number_has_variables_of_its_own():
    environment = wechat() | wechat("WECHAT_ORCHARD", MERCHANT_NO="1900000002")
    gateways = {"wechat": WECHAT, "wechat-orchard": f"{WECHAT}:WECHAT_ORCHARD"}
    accounts = read_accounts(gateways, environment)
    numbers = {
        prefix: account.merchant_no for prefix, account in accounts.items() if isinstance(account, WeChatAccount)
    }
    assert numbers == {"WECHAT": "1900000001", "WECHAT_ORCHARD": "1900000002"}


def test_a_key_may_stand_in_a_file(tmp_path):
    (tmp_path / "key.pem").write_text(private_text(KEY) + "\n")
    environment = wechat(PRIVATE_KEY="", PRIVATE_KEY_FILE=str(tmp_path / "key.pem"))
    account = read_accounts({"wechat": WECHAT}, environment)["WECHAT"]
    assert account.private_key == private_text(KEY).strip()


def test_keys_may_be_the_bare_lines_of_a_console():
    private = "".join(private_text(KEY).splitlines()[1:-1])
    public = "".join(public_text(KEY).splitlines()[1:-1])
    given = {"APP_ID": "2021", "SELLER_ID": "2088", "PRIVATE_KEY": private, "PUBLIC_KEY": public}
    environment = {f"ALIPAY_{name}": value for name, value in given.items()}
    assert isinstance(read_accounts({"alipay": ALIPAY}, environment)["ALIPAY"], AlipayAccount)


def test_keys_are_not_printed():
    account = read_accounts({"wechat": WECHAT}, wechat(APP_SECRET="hush"))["WECHAT"]
    assert not [secret for secret in ("PRIVATE", "k" * 32, "hush") if secret in repr(account)]


def test_the_sandbox_needs_no_account():
    assert read_accounts({"sandbox": "payments.gateways.sandbox.SandboxGateway"}, {}) == {}


def test_every_variable_that_lacks_is_named():
    with pytest.raises(ImproperlyConfigured) as problem:
        read_accounts({"alipay": ALIPAY}, {"ALIPAY_APP_ID": "2021"})
    said = str(problem.value)
    assert "'alipay'" in said
    for name in ("ALIPAY_SELLER_ID", "ALIPAY_PRIVATE_KEY (or ALIPAY_PRIVATE_KEY_FILE)", "ALIPAY_PUBLIC_KEY"):
        assert name in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"API_V3_KEY": "short"}, "api_v3_key must have 32 characters"),
        ({"PRIVATE_KEY": "no key"}, "private_key cannot be read"),
        ({"PRIVATE_KEY": base64.b64encode(b"no key").decode()}, "private_key cannot be read"),
        ({"PUBLIC_KEY": "no key"}, "public_key cannot be read"),
        ({"PUBLIC_KEY": ""}, "public_key with public_key_id, or platform_certificates, is missing"),
        ({"PUBLIC_KEY_ID": ""}, "public_key with public_key_id, or platform_certificates, is missing"),
        ({"PLATFORM_CERTIFICATES": "none"}, "platform_certificates cannot be read"),
        ({"PRIVATE_KEY_FILE": "/nowhere/key.pem"}, "WECHAT_PRIVATE_KEY_FILE cannot be read"),
    ],
)
def test_a_key_that_is_none_is_said_at_the_start(changes, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        read_accounts({"wechat": WECHAT}, wechat(**changes))


def test_platform_certificates_do_instead_of_a_public_key():
    environment = wechat(PUBLIC_KEY="", PUBLIC_KEY_ID="", PLATFORM_CERTIFICATES=certificate_pem(KEY, serial=7))
    assert read_accounts({"wechat": WECHAT}, environment)


def test_a_list_names_configured_gateways_only():
    check_lists({"wechat": WECHAT}, {"ORCHARD": ["wechat"]})
    with pytest.raises(ImproperlyConfigured, match="cheque"):
        check_lists({"wechat": WECHAT}, {"ORCHARD": ["wechat", "cheque"]})
