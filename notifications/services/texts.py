"""What operators decide about a kind of message: its channels, whether it waits for the morning, its words."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings

from common import audit
from common.errors import InvalidField
from notifications.editing import check_text
from notifications.models import MessageKind
from notifications.sources import plain_text_of
from notifications.states import PERSONAL
from notifications.topics import Topic, kinds, topic_of


def change_kind(
    *,
    kind: str,
    topic: str,
    channels: Collection[str],
    urgent: bool,
    texts: Mapping[str, str],
    actor_id: int | None,
    now: dt.datetime,
) -> MessageKind:
    """Write down what counts for a kind from now on; a text that is empty or the house's own is the house's. Raises
    InvalidField, about `text_<language>` for a text. What is about money stays so: nobody may switch it off."""
    chosen = [str(channel) for channel in PERSONAL if channel in channels]
    own = {language: text for language, text in texts.items() if text and text != plain_text_of(kind, language)}
    for language, text in own.items():
        _check(kind, language, text)
    said, _made = MessageKind.objects.update_or_create(
        kind=kind,
        defaults={"topic": _topic(kind, topic), "channels": chosen, "urgent": urgent, "texts": own, "changed_at": now},
    )
    audit.record(
        actor_id=actor_id,
        action="message_kind.change",
        subject=f"message_kind:{kind}",
        channels=chosen,
        own_texts=sorted(own),
    )
    return said


def reset_kind(*, kind: str, actor_id: int) -> None:
    """Everything as the house has it."""
    house: dict[str, Any] = {"topic": "", "channels": None, "urgent": None, "texts": {}, "changed_at": None}
    MessageKind.objects.filter(kind=kind).update(**house)
    audit.record(actor_id=actor_id, action="message_kind.reset", subject=f"message_kind:{kind}")


def list_kinds() -> None:
    """Give every kind that has a text a line that operators can open; one whose text is gone loses it."""
    there = kinds()
    known = set(MessageKind.objects.values_list("kind", flat=True))
    MessageKind.objects.bulk_create(
        (MessageKind(kind=kind) for kind in there if kind not in known), ignore_conflicts=True
    )
    if gone := known - set(there):
        MessageKind.objects.filter(kind__in=gone).delete()


def _topic(kind: str, topic: str) -> str:
    return Topic.MONEY if topic_of(kind) == Topic.MONEY else topic


def _check(kind: str, language: str, text: str) -> None:
    assert language in dict(settings.LANGUAGES)
    try:
        check_text(kind, language, text)
    except InvalidField as refusal:
        raise InvalidField(f"text_{language}".replace("-", "_"), refusal.params["reason"]) from refusal
