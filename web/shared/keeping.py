"""What is kept in Valkey for at most `settings.SHARED_PAGE_SECONDS`, and at hand in each process while it is young.

Emptied at any moment, it costs time only.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from threading import RLock
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache

Value = TypeVar("Value")

# From this part of its time on, one of those who ask makes it anew while the others still take what is there:
# when it runs out in the middle of a rush, nobody waits and it is not made many times at once.
EARLY = 0.6
# Pages that this process has at hand; when there are more it forgets them all.
MOST_AT_HAND = 64
_at_hand: dict[str, tuple[float, Any]] = {}
# Keys share locks by chance, which costs a moment now and then and bounds how many there are.
_at_once = [RLock() for _one in range(256)]


def key_of(name: str, *differs_by: object) -> str:
    """The key of something that is another one whenever any of these differs."""
    return f"shared:{name}:{blake2b(repr(differs_by).encode(), digest_size=16).hexdigest()}"


def kept(key: str, make: Callable[[], Value], *, afresh: bool = False) -> Value:
    """What was made less than a second ago, or is made now. `afresh`: now, for whoever has just changed something.

    Everybody is handed the same: nobody changes it.
    """
    if not settings.SHARED_PAGE_SECONDS:
        return make()
    if afresh:
        return _made(key, make)
    found = _young(key) or _found(key)
    if found is not None:
        made_at, value = found
        return _made(key, make) if _is_due(key, made_at) else value
    with _at_once[hash(key) % len(_at_once)]:
        return _made_meanwhile(key, make)


def _made_meanwhile(key: str, make: Callable[[], Value]) -> Value:
    """Whoever waited while somebody else made it takes that: a rush to a cold page renders it once in a process."""
    found = _found(key)
    return _made(key, make) if found is None else found[1]


def _made(key: str, make: Callable[[], Value]) -> Value:
    """Its time begins when it is there: on a machine so busy that making it takes longer, it would never be used."""
    value = make()
    made = (time.time(), value)
    cache.set(key, made, settings.SHARED_PAGE_SECONDS)
    _put_at_hand(key, made)
    return value


def _young(key: str) -> tuple[float, Any] | None:
    """What this process has at hand, as long as nobody would make it anew."""
    found = _at_hand.get(key)
    return found if found and time.time() - found[0] < settings.SHARED_PAGE_SECONDS * EARLY else None


def _found(key: str) -> tuple[float, Any] | None:
    """When it was made, and what; None when it is not there or too old."""
    found: tuple[float, Any] | None = cache.get(key)
    if found is None or time.time() - found[0] >= settings.SHARED_PAGE_SECONDS:
        return None
    _put_at_hand(key, found)
    return found


def _put_at_hand(key: str, made: tuple[float, Any]) -> None:
    if len(_at_hand) >= MOST_AT_HAND and key not in _at_hand:
        _at_hand.clear()
    _at_hand[key] = made


def _is_due(key: str, made_at: float) -> bool:
    """Whether its time is nearly over, for the one who then makes it anew."""
    seconds = settings.SHARED_PAGE_SECONDS
    return time.time() - made_at >= seconds * EARLY and cache.add(f"{key}:again", 1, seconds)


def kept_each(
    name: str, wanted: Iterable[str], make: Callable[[list[str]], Mapping[str, Value]], *, afresh: bool = False
) -> dict[str, Value]:
    """Several at once in one round trip; those that are not there are made together. Unknown ones are left out."""
    seconds = settings.SHARED_PAGE_SECONDS
    if not seconds:
        return dict(make(list(wanted)))
    now = time.time()
    keys = {f"shared:{name}:{one}": one for one in wanted}
    kept_ones = {} if afresh else cache.get_many(keys)
    found = {keys[key]: value for key, (made_at, value) in kept_ones.items() if now - made_at < seconds}
    if missing := [one for one in keys.values() if one not in found]:
        made = make(missing)
        now = time.time()
        cache.set_many({f"shared:{name}:{one}": (now, value) for one, value in made.items()}, seconds)
        found |= made
    return found
