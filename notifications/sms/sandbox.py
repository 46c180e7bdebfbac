import datetime as dt

from notifications.channels.sandbox import keep
from notifications.states import ChannelName


class SandboxSmsProvider:
    """Keeps every text, encrypted, for the sandbox phone instead of sending it."""

    def send(
        self, *, phone: str, text: str, now: dt.datetime, kind: str = "", parameters: tuple[str, ...] = ()
    ) -> None:
        keep(ChannelName.SMS, phone, text, now=now)
