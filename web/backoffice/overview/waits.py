"""What has to be done today: each a number, a sentence why, and the way to its list."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from catalog.selectors.stock import stocks_of
from community.selectors.reviews import unanswered
from orders.models import Order
from orders.states import OrderStatus
from payments.selectors.refunds import stuck
from web.backoffice.access import Right, Shop
from web.backoffice.orders.refunds import refunds_of
from web.backoffice.shell import address


@dataclass(frozen=True)
class Wait:
    """One thing to do; `badge` says what is urgent about it."""

    count: int
    what: str
    why: str
    url: str
    badge: str = ""


def waits_of(shop: Shop, *, now: dt.datetime) -> list[Wait]:
    """What waits for somebody with these rights."""
    return list(_waits(shop, now))


def _waits(shop: Shop, now: dt.datetime) -> Iterator[Wait]:
    yield _orders(shop)
    if Right.STOCK in shop.rights:
        yield _stock(shop)
    if Right.SELL in shop.rights:
        yield _campaigns(shop)
    if Right.ANSWER in shop.rights:
        yield _talk(shop)
    if Right.REFUNDS in shop.rights:
        yield _refunds(shop, now)


def _orders(shop: Shop) -> Wait:
    waiting = Order.objects.filter(merchant=shop.merchant, status__in=(OrderStatus.PREPARING, OrderStatus.READY))
    numbers = dict(waiting.order_by().values_list("status").annotate(Count("pk")))
    ready = numbers.get(OrderStatus.READY, 0)
    why = _("另有 %(ready)s 单等着来取") % {"ready": ready} if ready else _("也没有等着来取的")
    url = f"{address(shop, 'orders')}?state=preparing"
    return Wait(numbers.get(OrderStatus.PREPARING, 0), _("订单待备货"), why, url)


def _stock(shop: Shop) -> Wait:
    count = stocks_of(shop.merchant, low_only=True).count()
    why = _("补货，或者调低预警线") if count else _("都够卖")
    return Wait(count, _("库存低于预警线"), why, f"{address(shop, 'stock')}?low=1")


def _campaigns(shop: Shop) -> Wait:
    ours = Campaign.objects.filter(merchant=shop.merchant)
    in_review = ours.filter(status=CampaignStatus.IN_REVIEW).count()
    sent_back = ours.filter(status=CampaignStatus.DRAFT).exclude(review_note="").count()
    badge = _("%(count)s 个被退回") % {"count": sent_back} if sent_back else ""
    why = _("改好再交一次") if sent_back else _("有结果会发消息") if in_review else _("没有在等的")
    url = f"{address(shop, 'campaigns')}?state={'draft' if sent_back else 'in_review'}"
    return Wait(in_review + sent_back, _("个团在审核"), why, url, badge)


def _talk(shop: Shop) -> Wait:
    count = unanswered(shop.merchant.pk)
    why = _("买家写的评价和问题") if count else _("都回了")
    return Wait(count, _("条评价和提问没回"), why, f"{address(shop, 'reviews')}?show=waiting")


def _refunds(shop: Shop, now: dt.datetime) -> Wait:
    count = stuck(refunds_of(shop.merchant), now=now).count()
    why = _("超过 24 小时没到账，平台在查") if count else _("都按时到账")
    return Wait(count, _("笔退款没到账"), why, f"{address(shop, 'refunds')}?state=stuck")
