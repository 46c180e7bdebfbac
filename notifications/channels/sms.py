import datetime as dt

from django.utils.translation import gettext as _

from notifications.links import absolute
from notifications.sms import provider
from notifications.topics import Topic, topic_of
from notifications.wording import Wording


class SmsChannel:
    """A notice by text message: its title, through the provider that also carries codes."""

    repeats_unknown = False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        provider().send(phone=address, text=_text(wording), now=now, kind=wording.kind, parameters=wording.parameters)


def _text(wording: Wording) -> str:
    """What the law wants under advertising stands under it."""
    ending = _("拒收请回复 R") if topic_of(wording.kind) == Topic.MARKETING else absolute(wording.url)
    return f"【groupbuy】{wording.title} {ending}".strip()
