"""The robot in a merchant's chat group, by the merchant."""

import datetime as dt
from collections.abc import Collection, Mapping
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


def shops_listening(merchants: Collection[Merchant], *, kind: str) -> set[Merchant]:
    """Those of these merchants whose group has a robot that wants the kind; one query."""
    owners = {owner_of(merchant): merchant for merchant in merchants}
    return {owners[owner] for owner in robots.listening(owners, kind=kind)}
