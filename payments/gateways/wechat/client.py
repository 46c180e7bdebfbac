"""The library that signs for us, built once for each account, and kept from doing what nobody asked for."""

import datetime as dt
import json
import logging
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.x509 import Certificate
from django.conf import settings
from wechatpayv3 import WeChatPay, WeChatPayType

from payments.errors import GatewayRefused
from payments.gateways.accounts import WeChatAccount
from payments.gateways.base import GatewayUnavailable, forbid_in_transaction
from payments.gateways.keys import private_pem, public_pem, read_certificates, read_private_key, read_public_key

logger = logging.getLogger(__name__)

SERIAL = re.compile(r"[0-9A-Fa-f]{1,64}", re.ASCII)
# A "yes" that means no: the payer is typing the password just now.
ACCEPTED_ONLY = 202
# Nothing was said about what we asked: too many questions, or our own key was not taken.
NO_ANSWER = (401, 429)
Answer = tuple[int, str | bytes]


def client_of(account: WeChatAccount) -> WeChatPay:
    """The signing client of an account."""
    return _client(account, settings.GATEWAY_TIMEOUT_SECONDS)


def knows(account: WeChatAccount, serial: str, *, now: dt.datetime) -> bool:
    """Whether messages may be signed by the key of this serial number."""
    if account.public_key_id and serial == account.public_key_id:
        return True
    if not SERIAL.fullmatch(serial):
        return False
    return any(one.serial_number == int(serial, 16) and _is_valid(one, now) for one in _certificates(account))


def call(ask: Callable[[], Answer]) -> str | bytes:
    """One request; the body of its yes. Raises GatewayUnavailable, or GatewayRefused with WeChat's code as reason."""
    forbid_in_transaction()
    try:
        status, body = ask()
    except Exception as error:  # the library raises bare ones: no connection, no answer in time, no signature on it
        raise GatewayUnavailable from error
    if status >= 500 or status in NO_ANSWER:
        logger.warning("WeChat Pay did not answer a question", extra={"status": status, "reason": _code_of(body)})
        raise GatewayUnavailable
    if status == ACCEPTED_ONLY or not 200 <= status < 300:
        raise GatewayRefused(reason=_code_of(body))
    return body


def ask_for(ask: Callable[[], Answer]) -> dict[str, Any]:
    """One request whose yes is JSON."""
    try:
        content = json.loads(call(ask))
    except ValueError as error:
        raise GatewayUnavailable from error
    if not isinstance(content, dict):
        raise GatewayUnavailable
    return content


@lru_cache(maxsize=32)
def _client(account: WeChatAccount, timeout: tuple[float, float]) -> WeChatPay:
    certificates = _certificates(account)
    if account.public_key:
        serial, key = account.public_key_id, read_public_key(account.public_key)
    else:
        newest = max(certificates, key=lambda one: one.not_valid_after_utc)
        # A certificate of WeChat's holds an RSA key; the library is told about it as about a public key.
        serial, key = f"{newest.serial_number:X}", newest.public_key()  # type: ignore[assignment]
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=account.merchant_no,
        private_key=private_pem(read_private_key(account.private_key)),
        cert_serial_no=account.certificate_serial,
        appid=account.app_id,
        apiv3_key=account.api_v3_key,
        timeout=timeout,
        public_key=public_pem(key),
        public_key_id=serial,
    )
    # No arguments of the constructor. Left alone, it would fetch certificates in the middle of a callback, by the
    # serial number a stranger sent.
    client._core._gate_way = account.api_url.rstrip("/")
    client._core._certificates = list(certificates)
    client._core._update_certificates = _fetch_nothing
    return client


@lru_cache(maxsize=32)
def _certificates(account: WeChatAccount) -> tuple[Certificate, ...]:
    return tuple(read_certificates(account.platform_certificates)) if account.platform_certificates else ()


def _fetch_nothing() -> None:
    """The keys we know are those that were configured."""


def _is_valid(certificate: Certificate, now: dt.datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def _code_of(body: str | bytes) -> str:
    try:
        return str(json.loads(body)["code"])[:60]
    except (ValueError, KeyError, TypeError):
        return "unknown"
