"""Django's PostgreSQL, whose connections need not say with each request that they are there."""

import time
from typing import Any

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that answered within the last second is believed to be there, unless something went wrong since.

    Asking costs a round trip, as much as the cheapest statement of a request. A server that goes away in this second is
    met as one that goes away during a request.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._answered_at = -TRUSTED_SECONDS

    def connect(self) -> None:
        super().connect()
        self._answered_at = time.monotonic()

    def is_usable(self) -> bool:
        """Whether it is there, as far as is known of this second."""
        if not self.errors_occurred and time.monotonic() - self._answered_at < TRUSTED_SECONDS:
            return True
        usable: bool = super().is_usable()
        if usable:
            self._answered_at = time.monotonic()
        return usable
