"""What waits leaves: claimed in a commit of its own, handed to its channel outside any transaction, its outcome
written down in a third step. Two workers never have the same one in hand, and what a killed one leaves behind is not
sent twice."""

import datetime as dt
import logging
import random
import time
from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext_noop

from common.alerts import close_alert, raise_alert
from common.outgoing import HttpInsideTransaction
from notifications.channels import channel_named
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.links import unsubscribe_link
from notifications.models import Dispatch
from notifications.services import claiming
from notifications.services.queueing import wording_of
from notifications.services.screening import screen
from notifications.states import DispatchState, Reason
from notifications.topics import Topic
from notifications.wording import Wording

logger = logging.getLogger(__name__)

BATCH = 20
FIRST_DELAY, LONGEST_DELAY = dt.timedelta(seconds=30), dt.timedelta(hours=1)
MOST_ATTEMPTS = 8
# After so many silences in a row what is left for a channel waits for a later run.
MOST_SILENCE = 3
DOWN = "channel_down"
NOT_REACHED = gettext_noop("这个渠道连不上或不收，消息会自动重试。请看它的账号、余额和发送记录")


def send_due(*, now: dt.datetime, seconds: float = 20) -> int:
    """Send what is due, batch after batch, until nothing is or so many seconds are over; returns how many were sent.

    Not in a transaction. Safe to run by several workers at once, and to kill at any moment.
    """
    claiming.take_back(now=now)
    ends_at = time.monotonic() + seconds
    sent = 0
    while claimed := claiming.claim(now=now, limit=BATCH):
        sent += _send(claimed, now=now)
        if time.monotonic() >= ends_at:
            break
    return sent


def _send(claimed: list[Dispatch], *, now: dt.datetime) -> int:
    begin_by = time.monotonic() + claiming.TIME_TO_BEGIN.total_seconds()
    silence: Counter[str] = Counter()
    sent = 0
    for dispatch, address in screen(claimed, now=now):
        if time.monotonic() >= begin_by or silence[dispatch.channel] >= MOST_SILENCE:
            claiming.give_back([dispatch], until=now + FIRST_DELAY)
            continue
        state = _hand_over(dispatch, address, now=now)
        silence[dispatch.channel] = silence[dispatch.channel] + 1 if state == DispatchState.QUEUED else 0
        sent += state == DispatchState.SENT
    for channel in (name for name, count in silence.items() if count >= MOST_SILENCE):
        raise_alert(kind=DOWN, subject=f"message_channel:{channel}", sentence=NOT_REACHED, now=now)
    return sent


def _hand_over(dispatch: Dispatch, address: str, *, now: dt.datetime) -> DispatchState:
    """One message to its channel; answers where that leaves it. A fault of ours hurts no neighbour."""
    try:
        channel_named(dispatch.channel).send(address=address, wording=_wording(dispatch), now=now)
    except ChannelUnavailable as failure:
        return _try_later(dispatch, failure, now=now)
    except ChannelRefused as failure:
        claiming.finish(dispatch, DispatchState.FAILED, now=now, error=failure.reason)
        return DispatchState.FAILED
    except HttpInsideTransaction:
        raise
    except Exception as error:
        # Its message and its trace may hold an address: the log gets neither.
        if not isinstance(error, OutcomeUnknown):
            logger.error("a dispatch broke", extra={"dispatch": dispatch.pk, "error": type(error).__name__})
        claiming.unknown(dispatch, now=now, delay=_back_off(dispatch.attempts))
        return DispatchState.FAILED
    claiming.finish(dispatch, DispatchState.SENT, now=now)
    if dispatch.error:
        close_alert(kind=DOWN, subject=f"message_channel:{dispatch.channel}", now=now)
    return DispatchState.SENT


def _try_later(dispatch: Dispatch, failure: ChannelUnavailable, *, now: dt.datetime) -> DispatchState:
    """As often as it makes sense, and not before the other side wants it."""
    if dispatch.attempts >= MOST_ATTEMPTS:
        claiming.finish(dispatch, DispatchState.FAILED, now=now, error=Reason.GAVE_UP)
        return DispatchState.FAILED
    delay = max(_back_off(dispatch.attempts), dt.timedelta(seconds=failure.seconds))
    claiming.postpone(dispatch, until=now + delay, error=failure.reason)
    return DispatchState.QUEUED


def _back_off(attempts: int) -> dt.timedelta:
    """Twice as long each time, never all at once."""
    longest = min(FIRST_DELAY * 2 ** min(attempts - 1, 10), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1)


def _wording(dispatch: Dispatch) -> Wording:
    """What it says; advertising says how to end it."""
    wording = wording_of(dispatch)
    if dispatch.topic != Topic.MARKETING or not dispatch.recipient_id:
        return wording
    return replace(wording, unsubscribe=unsubscribe_link(dispatch.recipient_id))
