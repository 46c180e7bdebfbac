from typing import Any

from django.db.models import BigIntegerField, Count, QuerySet

from common.prepared import Prepared, Slot
from notifications.models import Message


def messages_of(user_id: int) -> QuerySet[Message]:
    """A person's inbox, newest first."""
    return Message.objects.filter(recipient_id=user_id, is_shown=True).order_by("-id")


def unread_count(user_id: int) -> int:
    """How many messages wait to be read."""
    found = _unread.one(user_id=user_id)
    return found["many"] if found else 0


def _written() -> QuerySet[Any, Any]:
    unread = Message.objects.filter(recipient_id=Slot("user_id", BigIntegerField()), read_at__isnull=True)
    return unread.values("recipient_id").annotate(many=Count("pk")).values("many")


_unread = Prepared(_written)
