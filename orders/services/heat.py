"""What is being bought by many at once, as far as this process can see. Only speed hangs on it."""

import time
from collections import OrderedDict

from django.conf import settings

from common.calls import can_flush

# Ten a second in one process: its neighbours wait for each other's commits then.
HOT_WITHIN_SECONDS = 0.1
MOST_REMEMBERED = 1_000

_placed_at: OrderedDict[str, float] = OrderedDict()


def is_hot(source: str) -> bool:
    """Whether somebody bought from the same source a moment ago; it is remembered that somebody does now."""
    now, before = time.monotonic(), _placed_at.pop(source, None)
    _placed_at[source] = now
    if len(_placed_at) > MOST_REMEMBERED:
        _placed_at.popitem(last=False)
    return bool(
        settings.EARLY_LOCK_RELEASE and before is not None and now - before < HOT_WITHIN_SECONDS and can_flush()
    )
