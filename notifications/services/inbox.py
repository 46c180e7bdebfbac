"""The inbox: what happened, told to the people it concerns, each in their own language."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.models import Message
from notifications.wording import Wording, worded

BATCH = 1000


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
    """Put a message worded by templates/messages/<kind>.txt into each inbox, at most once per (person, kind, about).

    `about` names the thing in at most 80 characters ("order:PT261122…"), `url` is a path of this site. Telling the
    same again changes nothing, so that event handlers may call it as often as they are run.
    """
    by_language: dict[str, list[int]] = defaultdict(list)
    for recipient in recipients:
        by_language[recipient.language].append(recipient.id)
    for language, ids in by_language.items():
        wording = worded(kind, language=language, context=context)
        Message.objects.bulk_create(
            (_message(pk, wording, kind=kind, about=about, url=url, now=now) for pk in dict.fromkeys(ids)),
            batch_size=BATCH,
            ignore_conflicts=True,
        )


def mark_read(*, user_id: int, message_ids: Sequence[int] | None = None, now: dt.datetime) -> int:
    """Mark these messages of a person as read, or all of them; other people's ids are passed over. Returns how many."""
    unread = Message.objects.filter(recipient_id=user_id, read_at__isnull=True)
    if message_ids is not None:
        unread = unread.filter(pk__in=message_ids)
    return unread.update(read_at=now)


def _message(recipient_id: int, wording: Wording, *, kind: str, about: str, url: str, now: dt.datetime) -> Message:
    return Message(
        recipient_id=recipient_id,
        kind=kind,
        about=about,
        title=wording.title,
        body=wording.body,
        url=url,
        sent_at=now,
    )
