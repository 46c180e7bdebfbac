"""What is kept in Valkey for at most `settings.SHARED_PAGE_SECONDS`. Emptied at any moment, it costs time only."""

import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

Value = TypeVar("Value")

# From this part of its time on, one of those who ask makes it anew while the others still take what is there:
# when it runs out in the middle of a rush, nobody waits and it is not made many times at once.
EARLY = 0.6


def key_of(name: str, *differs_by: object) -> str:
    """The key of something that is another one whenever any of these differs."""
    return f"shared:{name}:{blake2b(repr(differs_by).encode(), digest_size=16).hexdigest()}"


def kept(key: str, make: Callable[[], Value], *, afresh: bool = False) -> Value:
    """What was made less than a second ago, or is made now. `afresh`: now, for whoever has just changed something."""
    seconds = settings.SHARED_PAGE_SECONDS
    if not seconds:
        return make()
    found = None if afresh else cache.get(key)
    if found is not None and not _is_due(key, time.time() - found[0]):
        return found[1]
    # It is as old as what it was made of, which is read first.
    began = time.time()
    value = make()
    cache.set(key, (began, value), seconds)
    return value


def _is_due(key: str, age: float) -> bool:
    """Whether to make it anew: because it is too old, or as the one who does so early."""
    seconds = settings.SHARED_PAGE_SECONDS
    return age >= seconds or (age >= seconds * EARLY and cache.add(f"{key}:again", 1, seconds))


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
    found = {keys[key]: value for key, (began, value) in kept_ones.items() if now - began < seconds}
    if missing := [one for one in keys.values() if one not in found]:
        made = make(missing)
        cache.set_many({f"shared:{name}:{one}": (now, value) for one, value in made.items()}, seconds)
        found |= made
    return found
