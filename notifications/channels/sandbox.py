"""The built-in channels: what they are handed is kept, encrypted, for the sandbox phone instead of leaving."""

import datetime as dt
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from common.crypto import keyed_hash
from notifications.channels.wecom import check_robot_url, text_of
from notifications.errors import BadRobot, ChannelRefused
from notifications.models import TextMessage
from notifications.states import ChannelName
from notifications.wording import Wording


def hash_address(channel: str, address: str) -> str:
    """By which the sandbox phone finds what was sent to an address; phone numbers keep the hash they have anyway."""
    purpose = "phone" if channel == ChannelName.SMS else channel
    return keyed_hash(address, purpose=purpose)


def keep(channel: ChannelName, address: str, text: str, *, now: dt.datetime) -> None:
    """One more on the sandbox phone."""
    TextMessage.objects.create(channel=channel, phone_hash=hash_address(channel, address), text=text, sent_at=now)


class SandboxEmailBackend(BaseEmailBackend):
    """Django's mail, kept."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for address in message.recipients():
                keep(ChannelName.EMAIL, address, f"{message.subject}\n\n{message.body}", now=timezone.now())
        return len(email_messages)


class SandboxWechatChannel:
    """Subscription messages without WeChat."""

    repeats_unknown = False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        keep(ChannelName.WECHAT, address, text_of(wording), now=now)


class SandboxWecomChannel:
    """A group of which the sandbox phone is the only member; refuses the addresses that the real one refuses."""

    repeats_unknown = False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        try:
            check_robot_url(address)
        except BadRobot:
            raise ChannelRefused("bad_robot") from None
        keep(ChannelName.WECOM, address, text_of(wording), now=now)
