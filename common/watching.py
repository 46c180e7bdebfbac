"""Statements that must always be true are asked about what has moved, and by turns about all there is.

A young house is asked about whole every time; in a large one a round through all statements takes longer, and no more
of the database's time. What stands wrong is one alert for as long as it stands. A look at a part of the rows cannot say
that something is well again; so as long as an alert is open its statement is asked about everything.
"""

import datetime as dt
import logging
import time

from django.db import DatabaseError
from django.utils.translation import gettext_noop

from common import moving
from common.alerts import close_alert, raise_alert
from common.invariants import Invariant, Violation, all_invariants, check
from common.models import Alert, StatementWalk
from common.moving import Moved

logger = logging.getLogger(__name__)

VIOLATED, UNCHECKED = "invariant", "invariant_unchecked"
NOT_CHECKED = gettext_noop("这条不变量查不了，没有人知道它还成不成立，请开发人员看日志")
# So many examples go into an alert; the command shows the rest.
MOST_TOLD = 5
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def watch(*, now: dt.datetime) -> None:
    """Ask every statement about what has moved, but what is only walked. One that cannot be asked stops no other."""
    look = moving.look()
    standing = set(Alert.objects.filter(kind=VIOLATED, closed_at__isnull=True).values_list("subject", flat=True))
    for invariant in all_invariants():
        if _subject(invariant) in standing:
            _ask(invariant, None, now=now)
        elif not invariant.only_walked:
            _ask(invariant, look.moved, now=now)
    moving.remember(look)


def walk(*, now: dt.datetime, seconds: float) -> None:
    """Ask about all there is what is otherwise asked about what moved, until the time is over: first what has waited
    longest, each once."""
    walked = dict(StatementWalk.objects.values_list("name", "walked_at"))
    partial = [invariant for invariant in all_invariants() if invariant.lately or invariant.only_walked]
    ends = time.monotonic() + seconds
    for invariant in sorted(partial, key=lambda each: walked.get(each.name, NEVER)):
        if time.monotonic() > ends:
            return
        _ask(invariant, None, now=now)
        StatementWalk.objects.update_or_create(name=invariant.name, defaults={"walked_at": now})


def _ask(invariant: Invariant, moved: Moved | None, *, now: dt.datetime) -> None:
    """Raise an alert when it does not hold, or cannot be asked; close it when it holds for all there is."""
    subject = _subject(invariant)
    try:
        violation = check(invariant, moved)
    except DatabaseError as error:
        logger.exception("invariant could not be checked", extra={"invariant": invariant.name})
        raise_alert(kind=UNCHECKED, subject=subject, sentence=NOT_CHECKED, now=now, error=type(error).__name__)
        return
    is_whole = moved is None or not invariant.lately
    if is_whole:
        close_alert(kind=UNCHECKED, subject=subject, now=now)
    if violation:
        _alarm(violation, subject, now=now)
    elif is_whole:
        close_alert(kind=VIOLATED, subject=subject, now=now)


def _subject(invariant: Invariant) -> str:
    return f"invariant:{invariant.name}"


def _alarm(violation: Violation, subject: str, *, now: dt.datetime) -> None:
    """Put a violation into the log as the error it is, and before the operators."""
    logger.error("invariant violated", extra={"invariant": violation.invariant, "rows": violation.rows})
    rows = violation.rows[:MOST_TOLD]
    raise_alert(kind=VIOLATED, subject=subject, sentence=violation.sentence, now=now, rows=rows)
