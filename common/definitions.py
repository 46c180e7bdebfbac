"""What is the same for everybody and seldom changes: the tiers, a shop's promotions, how the detectors are set.

Each process reads it anew when what it has is a second old. So a price may be the one of a second ago, as one that was
quoted a second ago is; whatever runs out is read, and guarded, when it is wanted.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from cachetools import TLRUCache, cached
from django.conf import settings

# In one process, of one kind; whatever was asked for least lately is let go.
MOST_AT_HAND = 1_000
_kept: list[TLRUCache[Any, Any]] = []

Asked = ParamSpec("Asked")
Value = TypeVar("Value")


def at_hand(read: Callable[Asked, Value]) -> Callable[Asked, Value]:
    """The function, answering what it answered up to `settings.DEFINITION_SECONDS` ago; nobody changes its answer."""
    _kept.append(TLRUCache(MOST_AT_HAND, _until))
    return cached(_kept[-1], lock=Lock())(read)


def _until(_asked: Any, _value: Any, now: float) -> float:
    return now + settings.DEFINITION_SECONDS
