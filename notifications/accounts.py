"""Our accounts at companies that carry messages: names and keys from environment variables, never from the database.

Settings read them before any model exists, so this module imports none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

FILE = "_FILE"


@dataclass(frozen=True)
class WechatApp:
    """Our account of the kind that sends; `call` is bizsend for an official account, send for a mini program.

    `templates` has, for a kind or for * (any other), its `id` and which of its fields says the title, the body, the
    time (`at`): {"*": {"id": "…", "title": "thing1", "body": "thing2", "at": "time3"}}.
    """

    app_id: str
    app_secret: str = field(repr=False)
    templates: dict[str, dict[str, str]] = field(default_factory=dict)
    call: str = "bizsend"
    api_url: str = "https://api.weixin.qq.com"
    login_url: str = "https://open.weixin.qq.com"

    @property
    def identity_url(self) -> str:
        """Where a code of the sign-in page is turned into an openid."""
        return self.api_url


@dataclass(frozen=True)
class TencentSms:
    """Our account; `templates` has the number of the approved template for a kind, or for * (any other)."""

    secret_id: str
    secret_key: str = field(repr=False)
    app_id: str
    sign: str
    templates: dict[str, str] = field(default_factory=dict)
    region: str = "ap-guangzhou"
    url: str = "https://sms.tencentcloudapi.com"


def read_wechat(environment: Mapping[str, str]) -> WechatApp:
    """From WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TEMPLATES (JSON) and WECHAT_CALL. Raises ImproperlyConfigured."""
    app_id, app_secret = _needed(environment, "WECHAT_APP_ID", "WECHAT_APP_SECRET")
    call = environment.get("WECHAT_CALL", "bizsend")
    if call not in ("bizsend", "send"):
        raise ImproperlyConfigured("WECHAT_CALL must be bizsend (official account) or send (mini program).")
    return WechatApp(app_id, app_secret, templates=_templates(environment, "WECHAT_TEMPLATES"), call=call)


def read_tencent(environment: Mapping[str, str]) -> TencentSms:
    """From TENCENT_SMS_SECRET_ID, _SECRET_KEY, _APP_ID, _SIGN and _TEMPLATES (JSON). Raises ImproperlyConfigured."""
    names = ("SECRET_ID", "SECRET_KEY", "APP_ID", "SIGN")
    secret_id, secret_key, app_id, sign = _needed(environment, *(f"TENCENT_SMS_{name}" for name in names))
    return TencentSms(secret_id, secret_key, app_id, sign, templates=_templates(environment, "TENCENT_SMS_TEMPLATES"))


def _needed(environment: Mapping[str, str], *names: str) -> list[str]:
    values = {name: _value(environment, name) for name in names}
    if missing := [name for name, value in values.items() if not value]:
        raise ImproperlyConfigured(f"{', '.join(missing)} must be set (or {missing[0]}{FILE} and so on).")
    return list(values.values())


def _value(environment: Mapping[str, str], name: str) -> str:
    if path := environment.get(name + FILE):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}{FILE} cannot be read: {error}") from error
    return environment.get(name, "").strip()


def _templates(environment: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        found = json.loads(environment.get(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found:
        raise ImproperlyConfigured(f"{name} must be a JSON object of approved templates by kind.")
    return found
