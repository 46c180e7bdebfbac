"""What leaves the house is written down in the sender's own transaction, and sent by a sweep."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notifications.contributions import reachable
from notifications.models import Dispatch, Robot
from notifications.selectors.kinds import Policy
from notifications.selectors.preferences import mornings
from notifications.states import OUTSIDE, ChannelName
from notifications.wording import Wording

BATCH = 1000
# What could not be sent within a day is old news; it stands in the inbox anyway.
WORTH_SENDING = dt.timedelta(days=1)
Off = set[tuple[int, str]]


@dataclass(frozen=True)
class Note:
    """What one person is told about one thing, in their language."""

    recipient_id: int
    about: str
    wording: Wording


def queue_for_people(policy: Policy, notes: Sequence[Note], off: Off, *, now: dt.datetime) -> None:
    """One dispatch for each note and channel outside that the kind is told by, that reaches the person and that they
    did not switch off; once for each (person, kind, about, channel). Nobody is woken by what can wait."""
    wanted = [channel for channel in OUTSIDE if channel in policy.channels]
    if not wanted:
        return
    reached = reachable({note.recipient_id for note in notes}) - off
    pairs = [(note, channel) for note in notes for channel in wanted if (note.recipient_id, channel) in reached]
    if not pairs:
        return
    people = {note.recipient_id for note, _channel in pairs}
    due = dict.fromkeys(people, now) if policy.urgent else mornings(people, now)
    _write(
        _dispatch(
            policy,
            note.wording,
            channel,
            about=note.about,
            now=now,
            due_at=due[note.recipient_id],
            recipient_id=note.recipient_id,
        )
        for note, channel in pairs
    )


def queue_for_robot(policy: Policy, robot: Robot, wording: Wording, *, about: str, now: dt.datetime) -> None:
    """One dispatch to a group, once for each (robot, kind, about)."""
    _write([_dispatch(policy, wording, ChannelName.WECOM, about=about, now=now, due_at=now, robot=robot)])


def words_of(wording: Wording) -> str:
    """As a dispatch carries them."""
    said = {"title": wording.title, "body": wording.body, "url": wording.url}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def wording_of(dispatch: Dispatch) -> Wording:
    """And back; what a provider fills into its own template is the title."""
    said = json.loads(dispatch.words)
    return Wording(**said, kind=dispatch.kind, parameters=(said["title"],))


def _dispatch(
    policy: Policy, wording: Wording, channel: ChannelName, *, about: str, now: dt.datetime, **rest: object
) -> Dispatch:
    return Dispatch(
        channel=channel,
        kind=policy.kind,
        topic=policy.topic,
        about=about,
        urgent=policy.urgent,
        words=words_of(wording),
        created_at=now,
        expires_at=now + WORTH_SENDING,
        **rest,
    )


def _write(dispatches: Iterable[Dispatch]) -> None:
    Dispatch.objects.bulk_create(dispatches, batch_size=BATCH, ignore_conflicts=True)
