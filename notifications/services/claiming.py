"""Which dispatches one worker has in hand, and how they come out of it: every step is one guarded UPDATE."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from notifications.channels import channel_named
from notifications.models import Dispatch
from notifications.states import DispatchState, Reason

# Whoever claims something has this long to bring its result. Nothing is begun in the last minute of it.
LEASE = dt.timedelta(minutes=2)
TIME_TO_BEGIN = dt.timedelta(minutes=1)
QUEUED, SENDING = DispatchState.QUEUED, DispatchState.SENDING


@transaction.atomic
def claim(*, now: dt.datetime, limit: int) -> list[Dispatch]:
    """Due dispatches that nobody else has in hand, leased to whoever asks. Two who ask at once get different ones."""
    due = Dispatch.objects.filter(state=QUEUED, due_at__lte=now).order_by("due_at", "pk").select_related("robot")
    claimed = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    for dispatch in claimed:
        dispatch.state, dispatch.attempts, dispatch.lease_until = SENDING, dispatch.attempts + 1, now + LEASE
    Dispatch.objects.filter(pk__in=[dispatch.pk for dispatch in claimed]).update(
        state=SENDING, attempts=F("attempts") + 1, lease_until=now + LEASE
    )
    return claimed


@transaction.atomic
def take_back(*, now: dt.datetime) -> int:
    """What a worker had in hand when it died: perhaps it was sent. It is repeated only where a second copy does no
    harm; everything else ends here, and the log says so."""
    lost = Dispatch.objects.filter(state=SENDING, lease_until__lt=now)
    held = list(lost.select_for_update(of=("self",), skip_locked=True, no_key=True)[:1000])
    for dispatch in held:
        unknown(dispatch, now=now)
    return len(held)


def unknown(dispatch: Dispatch, *, now: dt.datetime, delay: dt.timedelta = dt.timedelta()) -> None:
    """Nobody knows what became of it."""
    if channel_named(dispatch.channel).repeats_unknown:
        postpone(dispatch, until=now + delay, error=Reason.UNKNOWN)
    else:
        finish(dispatch, DispatchState.FAILED, now=now, error=Reason.UNKNOWN)


def finish(dispatch: Dispatch, state: DispatchState, *, now: dt.datetime, error: str = "") -> None:
    """It is over. The words of what failed are kept for a while: an operator may send it again."""
    words = {} if state == DispatchState.FAILED else {"words": ""}
    _mine(dispatch).update(state=state, done_at=now, lease_until=None, error=error, **words)


def postpone(dispatch: Dispatch, *, until: dt.datetime, error: str) -> None:
    """It was tried, and is tried again later."""
    _mine(dispatch).update(state=QUEUED, due_at=until, lease_until=None, error=error)


def give_back(dispatches: Sequence[Dispatch], *, until: dt.datetime) -> None:
    """They were not tried; the attempt does not count."""
    for dispatch in dispatches:
        _mine(dispatch).update(state=QUEUED, due_at=until, lease_until=None, attempts=F("attempts") - 1)


def _mine(dispatch: Dispatch) -> QuerySet[Dispatch]:
    """The row, as long as it is still in the hand that claimed it."""
    return Dispatch.objects.filter(pk=dispatch.pk, state=SENDING, lease_until=dispatch.lease_until)
