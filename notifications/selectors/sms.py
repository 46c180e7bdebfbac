from notifications.models import TextMessage

SHOWN = 20


def last_texts(phone_hash: str) -> list[TextMessage]:
    """What the sandbox phone of a number shows, newest first; nothing when another provider is installed."""
    return list(TextMessage.objects.filter(phone_hash=phone_hash).order_by("-id")[:SHOWN])
