"""Proving a message of Alipay: a form whose values were signed in the order of their names."""

import datetime as dt
from urllib.parse import parse_qsl

from payments.errors import BadSignature, MalformedMessage, StaleMessage
from payments.gateways.accounts import AlipayAccount
from payments.gateways.alipay.signing import ALGORITHM, joined, proves
from payments.gateways.values import beijing_instant

NOT_SIGNED = ("sign", "sign_type")
MOST_FIELDS = 100
# The same message, word for word, comes eight times in 25 hours until it is acknowledged.
OLDEST = dt.timedelta(hours=26)
AHEAD = dt.timedelta(minutes=5)


def prove(account: AlipayAccount, *, body: bytes, now: dt.datetime) -> dict[str, str]:
    """The values of a signed message. Raises BadSignature, StaleMessage, MalformedMessage."""
    message = _values(body)
    signature, algorithm = message.get("sign", ""), message.get("sign_type", "")
    said = {name: value for name, value in message.items() if name not in NOT_SIGNED}
    if algorithm != ALGORITHM or not proves(account, signature, joined(said)):
        raise BadSignature
    try:
        sent_at = beijing_instant(said["notify_time"])
    except (ValueError, KeyError) as error:
        raise MalformedMessage from error
    if not now - OLDEST <= sent_at <= now + AHEAD:
        raise StaleMessage
    return said


def _values(body: bytes) -> dict[str, str]:
    """A form in which every name stands once: of two values one would be signed and the other believed."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise BadSignature from error
    if len({name for name, _value in pairs}) != len(pairs):
        raise BadSignature
    return dict(pairs)
