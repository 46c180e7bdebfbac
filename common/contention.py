"""A database that could not do it just now: rows stayed locked, transactions met head-on, or the server was away."""

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from common.errors import Unavailable

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"
SERIALIZATION_FAILURE = "40001"
# The server is told to stop, has lost one of its own, or is starting.
GOING_OR_COMING = ("57P01", "57P02", "57P03")


class Crowded(Unavailable):
    """Too many wanted the same row at once: nothing has changed, trying again is right."""

    code = "crowded"
    message = _("现在人太多，什么都没有变，请再试一次")


class DatabaseAway(Unavailable):
    """The connection broke, or there is none. Whether the last commit got through only asking again can tell."""


def pgcode_of(exception: BaseException) -> str:
    """PostgreSQL's code for what went wrong; empty when it was not PostgreSQL."""
    return getattr(exception.__cause__, "pgcode", None) or "" if isinstance(exception, OperationalError) else ""


def as_refusal(exception: BaseException | None) -> Crowded | DatabaseAway | None:
    """The refusal that such a moment is answered with; None for every other exception."""
    # A connection that breaks in the middle of a statement is a DatabaseError of no kind.
    if not isinstance(exception, OperationalError | InterfaceError) and type(exception) is not DatabaseError:
        return None
    code = pgcode_of(exception)
    if code in (LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION_FAILURE):
        return Crowded()
    # A broken connection has no code: there was nobody left to send one.
    return DatabaseAway() if not code or code in GOING_OR_COMING else None
