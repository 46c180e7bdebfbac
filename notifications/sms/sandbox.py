import datetime as dt

from common.crypto import keyed_hash
from notifications.models import TextMessage


class SandboxSmsProvider:
    """Keeps every text, encrypted, for the sandbox phone instead of sending it."""

    def send(self, *, phone: str, text: str, now: dt.datetime) -> None:
        TextMessage.objects.create(phone_hash=keyed_hash(phone, purpose="phone"), text=text, sent_at=now)
