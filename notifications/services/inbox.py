"""The inbox: what happened, told to the people it concerns, each in their own language."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from notifications.models import Message
from notifications.selectors.kinds import Policy, policy_of
from notifications.selectors.preferences import switched_off
from notifications.services.queueing import BATCH, queue_for_people
from notifications.states import ChannelName
from notifications.wording import Wording, worded

INBOX = ChannelName.INBOX


@dataclass(frozen=True)
class Recipient:
    """Whom to tell: the id of a user and the language they read."""

    id: int
    language: str


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
    if not recipients:
        return
    policy = policy_of(kind)
    wordings = _wordings(policy, recipients, context, url)
    off = switched_off(wordings, policy.topic)
    with transaction.atomic(savepoint=False):
        _put_into_inboxes(policy, wordings, off, about=about, now=now)
        queue_for_people(policy, wordings, off, about=about, now=now)


def mark_read(*, user_id: int, message_ids: Sequence[int] | None = None, now: dt.datetime) -> int:
    """Mark these messages of a person as read, or all of them; other people's ids are passed over. Returns how many."""
    unread = Message.objects.filter(recipient_id=user_id, read_at__isnull=True)
    if message_ids is not None:
        unread = unread.filter(pk__in=message_ids)
    return unread.update(read_at=now)


def _wordings(
    policy: Policy, recipients: Sequence[Recipient], context: Mapping[str, Any], url: str
) -> dict[int, Wording]:
    """What each of them reads, rendered once for each language."""
    languages = {recipient.language for recipient in recipients}
    said = {
        language: worded(policy.kind, language=language, context=context, text=policy.texts.get(language, ""), url=url)
        for language in sorted(languages)
    }
    return {recipient.id: said[recipient.language] for recipient in recipients}


def _put_into_inboxes(
    policy: Policy, wordings: Mapping[int, Wording], off: set[tuple[int, str]], *, about: str, now: dt.datetime
) -> None:
    """Somebody who does not want to read it there has a row all the same, read and unseen: they were told."""
    is_told = ChannelName.INBOX in policy.channels
    Message.objects.bulk_create(
        (
            _message(pk, wording, kind=policy.kind, about=about, now=now, is_shown=is_told and (pk, INBOX) not in off)
            for pk, wording in wordings.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _message(
    recipient_id: int, wording: Wording, *, kind: str, about: str, now: dt.datetime, is_shown: bool
) -> Message:
    return Message(
        recipient_id=recipient_id,
        kind=kind,
        about=about,
        title=wording.title,
        body=wording.body,
        url=wording.url,
        sent_at=now,
        read_at=None if is_shown else now,
        is_shown=is_shown,
    )
