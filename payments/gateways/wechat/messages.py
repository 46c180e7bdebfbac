"""Proving a message of WeChat Pay: its headers here, its signature and seal by the library."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from payments.errors import BadSignature, MalformedMessage, StaleMessage
from payments.gateways.accounts import WeChatAccount
from payments.gateways.wechat.client import client_of, knows

SIGNATURE = "Wechatpay-Signature"
TIMESTAMP = "Wechatpay-Timestamp"
NONCE = "Wechatpay-Nonce"
SERIAL = "Wechatpay-Serial"
KIND = "Wechatpay-Signature-Type"
ALGORITHM = "WECHATPAY2-SHA256-RSA2048"
WINDOW = dt.timedelta(minutes=5)
SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


def prove(account: WeChatAccount, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> dict[str, Any]:
    """The message with its resource opened. Raises BadSignature, StaleMessage, MalformedMessage; asks nobody.

    The library believes a message of any age, and reads its headers under several names. It is handed those that were
    looked at, and no others.
    """
    given = {name.lower(): value for name, value in headers.items()}
    seal = {name: given.get(name.lower(), "") for name in (SIGNATURE, TIMESTAMP, NONCE, SERIAL, KIND)}
    if not all(seal.values()) or seal[KIND] != ALGORITHM or not SECONDS.fullmatch(seal[TIMESTAMP]):
        raise BadSignature
    if abs(now.timestamp() - int(seal[TIMESTAMP])) > WINDOW.total_seconds():
        raise StaleMessage
    if not knows(account, seal[SERIAL], now=now):
        raise BadSignature
    try:
        message = client_of(account).callback(seal, body)
    except Exception as error:  # the library raises bare ones
        raise MalformedMessage from error
    if message is None:
        raise BadSignature
    return message
