"""RSA2: SHA256withRSA over sorted parameters, written `name=value` and joined by `&`."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from payments.gateways.accounts import AlipayAccount
from payments.gateways.keys import read_private_key, read_public_key

ALGORITHM = "RSA2"


def signed(account: AlipayAccount, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a request with their signature; empty ones do not travel."""
    sent = {name: value for name, value in parameters.items() if value}
    signature = _private_key(account).sign(joined(sent), PKCS1v15(), SHA256())
    return sent | {"sign": base64.b64encode(signature).decode()}


def proves(account: AlipayAccount, signature: str, message: bytes) -> bool:
    """Whether Alipay signed exactly these bytes."""
    try:
        _public_key(account).verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def joined(parameters: Mapping[str, str]) -> bytes:
    """The one text that is signed."""
    return "&".join(f"{name}={value}" for name, value in sorted(parameters.items())).encode()


def signed_part(text: str, name: str) -> tuple[str, Any]:
    """The piece of an answer that its signature is about, letter by letter, and what it says. Raises ValueError.

    Writing what was read anew would change it: slashes may be escaped, spaces lost.
    """
    mark = f'"{name}":'
    start = text.index(mark) + len(mark)
    start += len(text[start:]) - len(text[start:].lstrip())
    content, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end], content


@lru_cache(maxsize=32)
def _private_key(account: AlipayAccount) -> RSAPrivateKey:
    return read_private_key(account.private_key)


@lru_cache(maxsize=32)
def _public_key(account: AlipayAccount) -> RSAPublicKey:
    return read_public_key(account.public_key)
