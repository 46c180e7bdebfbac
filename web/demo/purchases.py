"""The orders of one campaign in the demo: from joining to the buyer's hands."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.db.models import Sum

from campaigns.models import Campaign
from campaigns.plans import Plan
from campaigns.services import joining, leaving
from common.money import parse_yuan
from community.services.segmenting.recomputing import recompute_segments
from community.services.sharing import credit, link_of, visited
from community.states import Shared
from orders.models import Order, OrderLine
from orders.quotes import FulfilmentChoice, LineRequest
from orders.services import ending, fulfilment, paying
from orders.services.completing import complete_due
from orders.states import OrderStatus
from payments.errors import FactRejected
from payments.gateways.base import GatewayPayment, PayerClient
from payments.sandbox.models import SandboxFault
from payments.services.capturing import confirm
from payments.services.sending import send_due
from payments.states import PaymentStatus
from web.demo.benefits import Benefits
from web.demo.crowd import Visit
from web.demo.gateway import NAME
from web.demo.members import choices_of
from web.demo.people import address_of
from web.demo.timeline import Story
from web.demo.town import Shop

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


class Purchases:
    """What the crowd does with a campaign that is open, and the shop with what it ordered."""

    def __init__(
        self, story: Story, content: dict[str, Any], shop: Shop, plan: Plan, campaign: Campaign, benefits: Benefits
    ) -> None:
        self.story = story
        self.benefits = benefits
        self.content = content
        self.shop = shop
        self.plan = plan
        self.campaign = campaign
        self.faults = [dict(fault) for fault in content.get("faults", ())]

    def join(self, visit: Visit, now: dt.datetime) -> None:
        """One visit: the order, and what becomes of it before the deadline."""
        self.benefits.before_joining(visit.person, self.content["shop"], now)
        order = joining.join(
            buyer=visit.person,
            code=self.campaign.code,
            lines=[LineRequest(self.plan.skus[visit.offer].sku, visit.pieces)],
            fulfilment=self._fulfilment(visit),
            choices=choices_of(visit.person),
            now=now,
        )
        if visit.sharer is not None:
            link = link_of(user=visit.sharer, kind=Shared.CAMPAIGN, code=self.campaign.code, now=now)
            visited(link=link)
            credit(order=order, link=link)
        if visit.ending in ("paid", "leaves"):
            self.story.at(now + 2 * MINUTE, lambda at: self._pay(order, at))
        if visit.ending == "leaves":
            self.story.at(now + 5 * MINUTE, lambda at: self._leave(order, at))
        if visit.ending == "expires":
            if self.content.get("mismatched"):
                self.story.at(now + 2 * MINUTE, lambda at: self._pay_wrongly(order, at))
            self.story.at(order.pay_by + MINUTE, lambda at: ending.expire(order=order, now=at))

    def _fulfilment(self, visit: Visit) -> FulfilmentChoice:
        """The nearest point, which is the first one for the consumer and for more people than others; or the door."""
        if self.plan.delivers:
            return FulfilmentChoice(address=address_of(visit.person).code)
        points = self.shop.points
        nearest = max(0, int(visit.person.phone_tail) % (len(points) + 2) - 2)
        place = 0 if self._is_consumer(visit.person.pk) else nearest
        return FulfilmentChoice(pickup_point=points[place].code)

    def _is_consumer(self, user_id: int) -> bool:
        return user_id == self.story.town.people["consumer"].pk

    def _pay(self, order: Order, now: dt.datetime) -> None:
        balance_fen = parse_yuan(self.content.get("by_balance", "0")) if self._is_consumer(order.buyer_id) else 0
        payment = paying.start_payment(order=order, gateway=NAME, balance_fen=balance_fen, now=now)
        if fault := self._fault_of(order):
            SandboxFault.objects.create(number=payment.number, **fault)
        confirm(payment_id=payment.pk, fact=self.story.gateway.pay(payment), now=now)

    def _pay_wrongly(self, order: Order, now: dt.datetime) -> None:
        """The gateway tells of another amount, which is not taken; an operator has to find out."""
        payment = paying.start_payment(order=order, gateway=NAME, now=now)
        self.story.gateway.open(payment, client=PayerClient(), return_url="")
        told = GatewayPayment(PaymentStatus.CAPTURED, payment.amount_fen - 100, f"unknown-{payment.number}", now)
        with suppress(FactRejected):
            confirm(payment_id=payment.pk, fact=told, now=now)

    def _fault_of(self, order: Order) -> dict[str, Any] | None:
        """What will go wrong at the gateway with this order's refund: slow for the consumer, anything for others."""
        for fault in self.faults:
            if (fault["kind"] == SandboxFault.Kind.REFUND_SLOW) == self._is_consumer(order.buyer_id):
                self.faults.remove(fault)
                return fault
        return None

    def _leave(self, order: Order, now: dt.datetime) -> None:
        order.refresh_from_db()
        leaving.withdraw(buyer=order.buyer, order=order, now=now)
        self.story.at(now + MINUTE, send_refunds)

    def sold(self) -> dict[str, int]:
        """How many pieces go to buyers, by the code of the SKU."""
        lines = OrderLine.objects.filter(order__source_code=self.campaign.code, order__status=OrderStatus.PREPARING)
        return dict(lines.order_by().values_list("sku__code").annotate(Sum("quantity")))

    def arrive(self, now: dt.datetime) -> None:
        """The goods reach the points; some neighbours come at once, the consumer is the last of all."""
        waiting = Order.objects.from_source("campaign", self.campaign.code).filter(status=OrderStatus.PREPARING)
        orders = list(waiting.order_by("pk").select_related("buyer", "leader"))
        numbers = [order.number for order in orders]
        fulfilment.mark_ready(merchant=self.shop.merchant, numbers=numbers, actor_id=self.shop.owner.pk, now=now)
        orders.sort(key=lambda order: self._is_consumer(order.buyer_id))
        for place, order in enumerate(orders[: self.content["received"]]):
            self.story.at(now + HOUR + place * 17 * MINUTE, lambda at, order=order: self._hand_over(order, at))  # type: ignore[misc]

    def _hand_over(self, order: Order, now: dt.datetime) -> None:
        """By the leader of the point who reads the code, or at the door."""
        if order.leader is None:
            actor_id = self.shop.owner.pk
            fulfilment.deliver(merchant=self.shop.merchant, number=order.number, actor_id=actor_id, now=now)
        else:
            order.refresh_from_db()
            fulfilment.verify_pickup(actor=order.leader, code=order.pickup_code, now=now)


def send_refunds(now: dt.datetime) -> None:
    """What the platform's sweep does."""
    send_due(now=now)


def complete_orders(now: dt.datetime) -> None:
    """And another: what was fetched long enough ago is settled."""
    complete_due(now=now)


def sort_members(now: dt.datetime) -> None:
    """And what it does by night: who is new, who comes again."""
    recompute_segments(now=now)
