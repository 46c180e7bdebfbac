"""The robot in a merchant's chat group, by the merchant."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import Merchant
from notifications.services import robots


def owner_of(merchant: Merchant) -> str:
    """Whose robot it is, in the words that notifications keep."""
    return f"merchant:{merchant.code}"


def post_to_shop(
    *, merchant: Merchant, kind: str, about: str, context: Mapping[str, Any], url: str, now: dt.datetime
) -> None:
    """Tell the merchant's group, if it has a robot that wants the kind; once for each (kind, about)."""
    robots.post(owner=owner_of(merchant), kind=kind, about=about, context=context, url=url, now=now)
