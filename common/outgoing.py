"""Calls to strangers' servers never happen while rows are locked."""

from django.conf import settings
from django.db import connection


class HttpInsideTransaction(RuntimeError):
    """A bug: rows stay locked while a stranger's server takes its time."""


def forbid_in_transaction() -> None:
    """Called by whatever goes out, before it does. A test may allow it by ALLOW_HTTP_IN_TRANSACTION."""
    if connection.in_atomic_block and not getattr(settings, "ALLOW_HTTP_IN_TRANSACTION", False):
        raise HttpInsideTransaction("a stranger's server was called inside a database transaction")
