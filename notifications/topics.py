"""What kinds of messages there are, by what they are about: people choose by topic, operators by kind.

A kind is the name of a file in templates/messages/. Its topic follows from its first word, so that a new kind needs
its text and nothing else; operators may say otherwise for one kind.
"""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.states import ChannelName

INBOX, SMS, EMAIL, WECHAT = ChannelName.INBOX, ChannelName.SMS, ChannelName.EMAIL, ChannelName.WECHAT
Channels = tuple[ChannelName, ...]


class Topic(models.TextChoices):
    ORDERS = "orders", _("订单和取货")
    CAMPAIGNS = "campaigns", _("拼团进展")
    MONEY = "money", _("退款、资金和安全")
    COMMUNITY = "community", _("社区互动")
    MARKETING = "marketing", _("优惠和活动")
    SHOP = "shop", _("店铺经营")


FIRST_WORDS: Mapping[str, Topic] = {
    "order": Topic.ORDERS,
    "pickup": Topic.ORDERS,
    "campaign": Topic.CAMPAIGNS,
    "tier": Topic.CAMPAIGNS,
    "after": Topic.MONEY,
    "refund": Topic.MONEY,
    "withdrawal": Topic.MONEY,
    "payee": Topic.MONEY,
    "reward": Topic.MONEY,
    "security": Topic.MONEY,
    "birthday": Topic.MARKETING,
    "coupon": Topic.MARKETING,
    "member": Topic.MARKETING,
    "points": Topic.MARKETING,
    "promotion": Topic.MARKETING,
    "referral": Topic.MARKETING,
    "welcome": Topic.MARKETING,
    "merchant": Topic.SHOP,
    "stock": Topic.SHOP,
}
TOPICS_OF_KINDS: Mapping[str, Topic] = {
    "choose_point": Topic.ORDERS,
    "question_asked": Topic.SHOP,
    "review_written": Topic.SHOP,
}

# By which channels a topic is told where nobody said otherwise, and the kinds that are told by others.
CHANNELS: Mapping[Topic, Channels] = {
    Topic.ORDERS: (INBOX, EMAIL, WECHAT),
    Topic.CAMPAIGNS: (INBOX, EMAIL, WECHAT),
    Topic.MONEY: (INBOX, EMAIL, WECHAT),
    Topic.COMMUNITY: (INBOX,),
    Topic.MARKETING: (INBOX, EMAIL, WECHAT),
    Topic.SHOP: (INBOX, EMAIL),
}
CHANNELS_OF_KINDS: Mapping[str, Channels] = {
    # For the shop's group only: its people see their orders in the back office.
    "merchant_order_paid": (),
    # Ten minutes to pay are over before anybody reads a mail.
    "order_placed": (INBOX,),
    "order_ready": (INBOX, SMS, EMAIL, WECHAT),
    "payee_added": (INBOX, SMS, EMAIL, WECHAT),
    "refund_abnormal": (INBOX, SMS, EMAIL, WECHAT),
    "withdrawal_failed": (INBOX, SMS, EMAIL, WECHAT),
}
# These do not wait for the morning.
URGENT = frozenset({"payee_added"})
URGENT_WORDS = frozenset({"security"})
# Not told through the door of `tell`: codes go to whoever asks for one, confirmations to an address that is new.
APART = frozenset({"sms_code", "email_confirm"})
# What a shop's robot may be asked to post.
OF_ROBOTS = (
    "merchant_order_paid",
    "merchant_campaign_decided",
    "stock_low",
    "merchant_quick_refund",
    "question_asked",
    "review_written",
)


def kinds() -> list[str]:
    """Every kind there is a text for, and that `tell` may tell."""
    return sorted({path.stem for path in Path(settings.BASE_DIR, "templates", "messages").glob("*.txt")} - APART)


def topic_of(kind: str) -> Topic:
    """What a kind is about; what nobody thought of is talk among neighbours."""
    return TOPICS_OF_KINDS.get(kind) or FIRST_WORDS.get(kind.partition("_")[0], Topic.COMMUNITY)


def channels_of(kind: str, topic: Topic) -> Channels:
    """By which channels it is told where nobody said otherwise."""
    return CHANNELS_OF_KINDS[kind] if kind in CHANNELS_OF_KINDS else CHANNELS[topic]


def is_urgent(kind: str) -> bool:
    """Whether it goes out at night too."""
    return kind in URGENT or kind.partition("_")[0] in URGENT_WORDS


def is_fixed(topic: str, channel: str) -> bool:
    """What nobody may switch off: money and security in the inbox."""
    return (topic, channel) == (Topic.MONEY, ChannelName.INBOX)
