"""Asking Alipay: one address, a method and its business content, signed both ways."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from django.utils import timezone

from payments.errors import GatewayRefused
from payments.gateways.accounts import AlipayAccount
from payments.gateways.alipay.signing import ALGORITHM, proves, signed, signed_part
from payments.gateways.base import GatewayUnavailable
from payments.gateways.lines import send
from payments.gateways.values import beijing_text

logger = logging.getLogger(__name__)

SUCCESS = "10000"
# Alipay's own trouble, and too many questions: what was asked may or may not have been done.
NO_ANSWER = ("20000", "40005", "10003")
THEIR_TROUBLE = ("SYSTEM_ERROR", "unknow-error", "unknown-error")


def ask(account: AlipayAccount, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """One request; what its yes says. Raises GatewayUnavailable, or GatewayRefused with Alipay's code as reason."""
    sent = _request(account, method, content)
    response = _send("POST", account.api_url, params={"charset": sent["charset"]}, data=sent)
    said = _believed(account, response, f"{method.replace('.', '_')}_response")
    code, reason = str(said.get("code")), str(said.get("sub_code", said.get("code")))
    if code == SUCCESS:
        return said
    if code in NO_ANSWER or reason.endswith(THEIR_TROUBLE):
        logger.warning("Alipay did not answer a question", extra={"method": method, "reason": reason})
        raise GatewayUnavailable
    raise GatewayRefused(reason=reason[:60])


def address(
    account: AlipayAccount, method: str, content: Mapping[str, Any], *, notify_url: str, return_url: str
) -> str:
    """The signed address of a page at Alipay. Nobody is asked: the payer's browser brings the request."""
    sent = _request(account, method, content, notify_url=notify_url, return_url=return_url)
    return f"{account.api_url}?{urlencode(sent)}"


def fetch(url: str) -> bytes:
    """A file at an address that Alipay named in a signed answer. Raises GatewayUnavailable."""
    return _send("GET", url).content


def _request(account: AlipayAccount, method: str, content: Mapping[str, Any], **urls: str) -> dict[str, str]:
    common = {
        "app_id": account.app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": ALGORITHM,
        "timestamp": beijing_text(timezone.now()),
        "version": "1.0",
        "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
    }
    return signed(account, common | urls)


def _send(method: str, url: str, **parts: Any) -> requests.Response:
    response = send(method, url, **parts)
    if response.status_code != requests.codes.ok:
        raise GatewayUnavailable
    return response


def _believed(account: AlipayAccount, response: requests.Response, name: str) -> dict[str, Any]:
    """The answer, once its signature is proven over the very letters it came in."""
    try:
        text = response.content.decode()
        letters, said = signed_part(text, name)
        if proves(account, json.loads(text)["sign"], letters.encode()) and isinstance(said, dict):
            return said
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GatewayUnavailable from error
    raise GatewayUnavailable
