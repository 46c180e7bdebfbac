"""Our accounts at real gateways: numbers and keys, from environment variables or files and never from the database.

Settings read them before any model exists, so this module imports none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.gateways.keys import read_certificates, read_private_key, read_public_key

API_V3_KEY_LENGTH = 32
FILE = "_FILE"


@dataclass(frozen=True)
class WeChatAccount:
    """A merchant number at WeChat Pay. Its messages are proven by the public key, the platform certificates, or both
    while one replaces the other. `app_secret` asks who is paying inside WeChat; without it there is no JSAPI.
    """

    app_id: str
    merchant_no: str
    certificate_serial: str
    private_key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    public_key_id: str = ""
    public_key: str = field(default="", repr=False)
    platform_certificates: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    api_url: str = "https://api.mch.weixin.qq.com"
    login_url: str = "https://open.weixin.qq.com"
    identity_url: str = "https://api.weixin.qq.com"

    def problems(self) -> list[str]:
        """What is wrong with it, by the names of its fields."""
        found = []
        if not self.platform_certificates and not (self.public_key and self.public_key_id):
            found.append("public_key with public_key_id, or platform_certificates, is missing")
        if len(self.api_v3_key.encode()) != API_V3_KEY_LENGTH:
            found.append(f"api_v3_key must have {API_V3_KEY_LENGTH} characters")
        found += _unreadable("private_key", self.private_key, read_private_key)
        found += _unreadable("public_key", self.public_key, read_public_key)
        return found + _unreadable("platform_certificates", self.platform_certificates, read_certificates)


@dataclass(frozen=True)
class AlipayAccount:
    """An app at Alipay with the seller it collects for. `public_key` is Alipay's, not the app's own."""

    app_id: str
    seller_id: str
    private_key: str = field(repr=False)
    public_key: str = field(repr=False)
    api_url: str = "https://openapi.alipay.com/gateway.do"

    def problems(self) -> list[str]:
        """What is wrong with it, by the names of its fields."""
        found = _unreadable("private_key", self.private_key, read_private_key)
        return found + _unreadable("public_key", self.public_key, read_public_key)


Account = WeChatAccount | AlipayAccount
# The gateways that need an account, and what the variables of the first one begin with.
NEEDED: dict[str, tuple[type[Account], str]] = {
    "payments.gateways.wechat.WeChatGateway": (WeChatAccount, "WECHAT"),
    "payments.gateways.alipay.AlipayGateway": (AlipayAccount, "ALIPAY"),
}


def split_path(path: str) -> tuple[str, str]:
    """The dotted path of a gateway and the name of its account: "…WeChatGateway:WECHAT_ORCHARD"."""
    dotted, _separator, account = path.partition(":")
    return dotted, account or (NEEDED[dotted][1] if dotted in NEEDED else "")


def read_accounts(gateways: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, Account]:
    """The accounts of the configured gateways, by the name their variables begin with.

    Field `private_key` of account WECHAT is WECHAT_PRIVATE_KEY, or the content of the file WECHAT_PRIVATE_KEY_FILE.
    Raises ImproperlyConfigured, naming every variable that lacks.
    """
    accounts = {}
    for name, configured in gateways.items():
        path, prefix = split_path(configured)
        if path in NEEDED:
            accounts[prefix] = _read(name, NEEDED[path][0], prefix, environment)
    return accounts


def check_lists(gateways: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> None:
    """The gateways chosen for merchants are configured ones. Raises ImproperlyConfigured."""
    unknown = sorted({name for chosen in lists.values() for name in chosen} - set(gateways))
    if unknown:
        raise ImproperlyConfigured(f"MERCHANT_GATEWAYS names gateways that are not configured: {', '.join(unknown)}.")


def account_of(prefix: str) -> Account:
    """A configured account by the name its variables begin with. Raises ImproperlyConfigured."""
    if prefix not in settings.GATEWAY_ACCOUNTS:
        raise ImproperlyConfigured(f"GATEWAY_ACCOUNTS holds no {prefix}")
    return settings.GATEWAY_ACCOUNTS[prefix]


def _read(name: str, kind: type[Account], prefix: str, environment: Mapping[str, str]) -> Account:
    variables = {one.name: f"{prefix}_{one.name.upper()}" for one in fields(kind)}
    given: dict[str, Any] = {field: _value(variable, environment) for field, variable in variables.items()}
    needed = [one.name for one in fields(kind) if one.default is MISSING]
    missing = [f"{variables[field]} (or {variables[field]}{FILE}) is missing" for field in needed if not given[field]]
    account = kind(**{field: value for field, value in given.items() if value or field in needed})
    problems = missing or [f"{prefix}: {problem}" for problem in account.problems()]
    if problems:
        raise ImproperlyConfigured(f"The gateway {name!r} cannot be used: {'; '.join(problems)}.")
    return account


def _value(variable: str, environment: Mapping[str, str]) -> str:
    if path := environment.get(variable + FILE):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{variable}{FILE} cannot be read: {error}") from error
    return environment.get(variable, "").strip()


def _unreadable(name: str, value: str, read: Callable[[str], object]) -> list[str]:
    try:
        if value:
            read(value)
    except (ValueError, TypeError):
        return [f"{name} cannot be read"]
    return []
