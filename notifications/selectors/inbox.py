from django.db.models import QuerySet

from notifications.models import Message


def messages_of(user_id: int) -> QuerySet[Message]:
    """A person's inbox, newest first."""
    return Message.objects.filter(recipient_id=user_id, is_shown=True).order_by("-id")


def unread_count(user_id: int) -> int:
    """How many messages wait to be read."""
    return Message.objects.filter(recipient_id=user_id, read_at__isnull=True).count()
