"""C3: codes for ways in, who came by them, and which orders followed."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from campaigns.models import Campaign
from common import audit, events
from common.errors import InvalidField
from marketing.errors import ChannelNameTaken
from marketing.events import ChannelArrived, ChannelCredited
from marketing.models import ChannelArrival, ChannelCode, ChannelOrder
from marketing.models.channel import LONGEST_NAME
from marketing.states import ChannelKind
from orders.models import Order


@transaction.atomic
def make_channel(
    *,
    merchant: Merchant | None,
    name: str,
    kind: str,
    campaign: Campaign | None = None,
    actor_id: int | None,
    now: dt.datetime,
) -> ChannelCode:
    """A code of a merchant, or without one of the platform. Raises InvalidField, ChannelNameTaken."""
    channel = ChannelCode(merchant=merchant, name=_named(name), kind=_kind(kind), campaign=campaign, made_at=now)
    if campaign is not None and merchant is not None and campaign.merchant_id != merchant.pk:
        raise InvalidField("campaign", _("选一个自己的团"))
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError:
        raise ChannelNameTaken from None
    audit.record(actor_id=actor_id, action="channel.make", subject=f"channel:{channel.code}")
    return channel


@transaction.atomic
def switch_channel(*, channel: ChannelCode, in_use: bool, actor_id: int, now: dt.datetime) -> None:
    """Stop counting by a code, or count again; what is printed leads where it led."""
    other = ChannelCode.objects.filter(pk=channel.pk, retired_at__isnull=not in_use)
    if not other.update(retired_at=None if in_use else now):
        return
    channel.retired_at = None if in_use else now
    audit.record(actor_id=actor_id, action="channel.switch", subject=f"channel:{channel.code}", in_use=in_use)


@transaction.atomic
def arrived(*, newcomer: User, channel: ChannelCode, now: dt.datetime) -> ChannelArrival:
    """Write down by which code a newcomer came, once and for ever; answers what stands."""
    arrival, is_new = ChannelArrival.objects.get_or_create(
        user=newcomer, defaults={"channel": channel, "arrived_at": now}
    )
    if is_new:
        events.publish(ChannelArrived(user_id=newcomer.pk, channel_id=channel.pk))
    return arrival


@transaction.atomic
def credit_channel(*, order: Order, channel: ChannelCode) -> None:
    """Write down that an order came by a code, once; a code of another merchant earns nothing."""
    if channel.merchant_id not in (None, order.merchant_id) or ChannelOrder.objects.filter(order=order).exists():
        return
    ChannelOrder.objects.bulk_create([ChannelOrder(order=order, channel=channel)], ignore_conflicts=True)
    events.publish(ChannelCredited(order_id=order.pk, channel_id=channel.pk))


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME:
        raise InvalidField("name", _("名称写 1 到 %(longest)s 个字"), longest=LONGEST_NAME)
    return cleaned


def _kind(kind: str) -> str:
    if kind not in ChannelKind.values:
        raise InvalidField("kind", _("选一种渠道"))
    return kind
