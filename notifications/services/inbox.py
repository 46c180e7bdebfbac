"""The inbox: what happened, told to the people it concerns, each in their own language."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from notifications.models import Message
from notifications.selectors.kinds import Policy, policy_of
from notifications.selectors.preferences import switched_off
from notifications.services.queueing import BATCH, Note, queue_for_people
from notifications.states import ChannelName
from notifications.wording import Wording, worded

INBOX = ChannelName.INBOX


@dataclass(frozen=True)
class Recipient:
    """Whom to tell: the id of a user and the language they read."""

    id: int
    language: str


@dataclass(frozen=True)
class Letter:
    """What one person is told: about which thing, with what in it, and where it leads."""

    recipient: Recipient
    about: str
    context: Mapping[str, Any]
    url: str


def tell(
    *,
    recipients: Sequence[Recipient],
    kind: str,
    about: str,
    context: Mapping[str, Any],
    url: str,
    now: dt.datetime,
) -> None:
    """Tell people something, worded by templates/messages/<kind>.txt or by what operators wrote instead.

    It stands in each inbox at once, and leaves by the other channels that the kind is told by, that reach the person
    and that they did not switch off: at most once per (person, kind, about, channel). The one door through which apps
    tell people. `about` names the thing in at most 80 characters ("order:PT261122…"), `url` is a path of this site.
    Telling the same again changes nothing, so that event handlers may call it as often as they are run.
    """
    if recipients:
        policy = policy_of(kind)
        said = {each: _said(policy, each, context, url) for each in sorted({one.language for one in recipients})}
        _write(policy, [Note(one.id, about, said[one.language]) for one in recipients], now=now)


def tell_each(*, letters: Sequence[Letter], kind: str, now: dt.datetime) -> None:
    """Tell people of one kind, each about a thing of their own; the same door for many letters at once."""
    if letters:
        policy = policy_of(kind)
        notes = [
            Note(one.recipient.id, one.about, _said(policy, one.recipient.language, one.context, one.url))
            for one in letters
        ]
        _write(policy, notes, now=now)


def mark_read(*, user_id: int, message_ids: Sequence[int] | None = None, now: dt.datetime) -> int:
    """Mark these messages of a person as read, or all of them; other people's ids are passed over. Returns how many."""
    unread = Message.objects.filter(recipient_id=user_id, read_at__isnull=True)
    if message_ids is not None:
        unread = unread.filter(pk__in=message_ids)
    return unread.update(read_at=now)


def _said(policy: Policy, language: str, context: Mapping[str, Any], url: str) -> Wording:
    return worded(policy.kind, language=language, context=context, text=policy.texts.get(language, ""), url=url)


def _write(policy: Policy, notes: Sequence[Note], *, now: dt.datetime) -> None:
    off = switched_off({note.recipient_id for note in notes}, policy.topic)
    with transaction.atomic(savepoint=False):
        _put_into_inboxes(policy, notes, off, now=now)
        queue_for_people(policy, notes, off, now=now)


def _put_into_inboxes(policy: Policy, notes: Sequence[Note], off: set[tuple[int, str]], *, now: dt.datetime) -> None:
    """Somebody who does not want to read it there has a row all the same, read and unseen: they were told."""
    is_told = INBOX in policy.channels
    Message.objects.bulk_create(
        (
            _message(note, kind=policy.kind, now=now, is_shown=is_told and (note.recipient_id, INBOX) not in off)
            for note in notes
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _message(note: Note, *, kind: str, now: dt.datetime, is_shown: bool) -> Message:
    return Message(
        recipient_id=note.recipient_id,
        kind=kind,
        about=note.about,
        title=note.wording.title,
        body=note.wording.body,
        url=note.wording.url,
        sent_at=now,
        read_at=None if is_shown else now,
        is_shown=is_shown,
    )
