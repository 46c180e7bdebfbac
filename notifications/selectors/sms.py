from collections.abc import Collection

from notifications.models import TextMessage
from notifications.states import ChannelName

SHOWN = 20


def last_texts(phone_hash: str) -> list[TextMessage]:
    """What the sandbox phone of a number got by text message, newest first; nothing from another provider."""
    texts = TextMessage.objects.filter(phone_hash=phone_hash, channel=ChannelName.SMS)
    return list(texts.order_by("-id")[:SHOWN])


def last_kept(address_hashes: Collection[str]) -> list[TextMessage]:
    """What the built-in channels kept for any of these addresses, newest first."""
    return list(TextMessage.objects.filter(phone_hash__in=address_hashes).order_by("-id")[:SHOWN])
