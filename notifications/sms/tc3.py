"""Tencent Cloud's signature: TC3-HMAC-SHA256 over one POST of JSON."""

import datetime as dt
import hashlib
import hmac
from urllib.parse import urlsplit

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED_HEADERS = "content-type;host"


def signed_headers(
    *, url: str, service: str, secret_id: str, secret_key: str, body: bytes, at: dt.datetime
) -> dict[str, str]:
    """What proves that the body is ours, for five minutes from `at`."""
    timestamp, host = int(at.timestamp()), urlsplit(url).netloc
    day = f"{dt.datetime.fromtimestamp(timestamp, tz=dt.UTC):%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    canonical = f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\n{SIGNED_HEADERS}\n{_digest(body)}"
    to_sign = f"{ALGORITHM}\n{timestamp}\n{scope}\n{_digest(canonical.encode())}"
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = _keyed(key, part)
    signature = _keyed(key, to_sign).hex()
    return {
        "Authorization": (
            f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
        ),
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Timestamp": str(timestamp),
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
