"""What people are told, and where they can be reached."""

import datetime as dt
from typing import Any

from accounts.models import Contact, User
from accounts.services.contacts import bind_wechat, hash_contact
from notifications.channels.wecom import check_robot_url
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.models import Dispatch, Robot
from notifications.samples import sample
from notifications.services.inbox import Recipient, tell
from notifications.services.robots import connect_robot
from notifications.sources import names_in, plain_text_of
from notifications.states import ChannelName
from notifications.topics import OF_ROBOTS
from notifications.wording import Wording

# Noon of a Sunday in Shanghai.
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ROBOT_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


class Scripted:
    """A channel that does what the test tells it, and remembers what it was handed."""

    repeats_unknown = False
    handed: list[tuple[str, Wording]] = []
    failures: list[Exception] = []

    @classmethod
    def reset(cls) -> None:
        cls.handed, cls.failures, cls.repeats_unknown = [], [], False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        type(self).handed.append((address, wording))
        if self.failures:
            raise type(self).failures.pop(0)


BUSY, LOST, NEVER = ChannelUnavailable("busy"), OutcomeUnknown("no_answer"), ChannelRefused("bad_address")


def give_email(user: User, address: str = "alice@example.com", *, verified: bool = True) -> Contact:
    """A mail address, proven unless said otherwise."""
    return Contact.objects.create(
        user=user,
        kind=Contact.Kind.EMAIL,
        address=address,
        address_hash=hash_contact("email", address),
        added_at=NOON,
        verified_at=NOON if verified else None,
    )


def give_wechat(user: User, openid: str = "o-alice-0000000000000000000") -> Contact:
    return bind_wechat(user=user, openid=openid, now=NOON)


def make_robot(owner: str, *, actor_id: int, url: str = ROBOT_URL) -> Robot:
    """A group that hears everything."""
    return connect_robot(owner=owner, url=check_robot_url(url), kinds=OF_ROBOTS, actor_id=actor_id, now=NOON)


def tell_payee(*people: User, about: str = "merchant:A", now: dt.datetime = NOON, kind: str = "payee_added") -> None:
    """Something that may go out by every channel, even at night."""
    tell(
        recipients=[Recipient(id=person.pk, language=person.language) for person in people],
        kind=kind,
        about=about,
        context=sample(names_in(plain_text_of(kind, "zh-hans"))) | {"payee": "建设银行 8888"},
        url="/me/wallet/payees/",
        now=now,
    )


def dispatch_of(person: User, channel: str = ChannelName.SMS, **fields: Any) -> Dispatch:
    return Dispatch.objects.get(recipient=person, channel=channel, **fields)
