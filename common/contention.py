"""Rows that stayed locked too long, and transactions that met head-on: nothing has changed, trying again is right."""

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from common.errors import Unavailable

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"
SERIALIZATION_FAILURE = "40001"


class Crowded(Unavailable):
    """Too many wanted the same row at once."""

    code = "crowded"
    message = _("现在人太多，什么都没有变，请再试一次")


def pgcode_of(exception: BaseException) -> str:
    """PostgreSQL's code for what went wrong; empty when it was not PostgreSQL."""
    return getattr(exception.__cause__, "pgcode", None) or "" if isinstance(exception, OperationalError) else ""


def as_refusal(exception: BaseException) -> Crowded | None:
    """The refusal that contention is answered with; None for every other exception."""
    return Crowded() if pgcode_of(exception) in (LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION_FAILURE) else None
