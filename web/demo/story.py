"""What has happened in the town: every campaign of the content, played from its draft on, all in the order of time."""

import datetime as dt
from typing import Any

from campaigns.models import Campaign
from campaigns.plans import Plan
from campaigns.services import cancelling, drafting, joining, leaving, opening, reminding, reviewing, settling
from catalog.services.stock import adjust
from community.services.sharing import credit, link_of, visited
from community.states import Shared
from orders.models import Order
from orders.quotes import FulfilmentChoice, LineRequest
from orders.services import ending, fulfilment, paying
from orders.states import OrderStatus
from payments.sandbox.models import SandboxFault
from payments.services.capturing import confirm
from payments.services.sending import send_due
from web.demo.crowd import Visit, crowd_of
from web.demo.gateway import NAME, SandboxBooks
from web.demo.history import past_campaigns
from web.demo.people import address_of
from web.demo.plans import plan_of
from web.demo.reading import read, span
from web.demo.timeline import Story
from web.demo.town import Shop, Town

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def tell_story(town: Town, gateway: SandboxBooks, *, days: int, now: dt.datetime) -> None:
    """Play so many days of history and all campaigns of the content up to now."""
    story = Story(town, gateway, now=now)
    for content in [*past_campaigns(days=days, now=now), *read("campaigns")["campaigns"]]:
        CampaignStory(story, content).begin()
    story.at(now - MINUTE, _send_refunds)
    story.play()


class CampaignStory:
    """One campaign of the content, from its draft to where it stands."""

    def __init__(self, story: Story, content: dict[str, Any]) -> None:
        self.story = story
        self.content = content
        self.shop: Shop = story.town.shops[content["shop"]]
        self.plan: Plan = plan_of(content, story.town, now=story.now)
        self.stays: str = content.get("stays", "")
        self.campaign: Campaign

    def begin(self) -> None:
        """Draft, review and opening; then the crowd, and the end."""
        opens_at = self.plan.opens_at
        drafted_at = min(opens_at - 30 * HOUR, self.story.now - 4 * HOUR)
        self.story.at(drafted_at, self._draft)
        if self.stays != "draft":
            self.story.at(drafted_at + 2 * HOUR, self._submit)
        if self.stays == "sent_back":
            self.story.at(drafted_at + 3 * HOUR, self._send_back)
        elif self.stays not in ("draft", "in_review") and not self.shop.merchant.trusted:
            self.story.at(drafted_at + 5 * HOUR, self._approve)
        if reminded := self.content.get("reminded"):
            self.story.at(drafted_at + 6 * HOUR, lambda now: self._remind(reminded, now))
        if not self.stays:
            self.story.at(opens_at, self._open)
            self._end()

    def _draft(self, now: dt.datetime) -> None:
        actor_id = self.shop.owner.pk
        if self.content.get("restocked"):
            self._restock(now)
        self.campaign = drafting.save_draft(merchant=self.shop.merchant, actor_id=actor_id, plan=self.plan, now=now)

    def _submit(self, now: dt.datetime) -> None:
        self.campaign = reviewing.submit(campaign=self.campaign, actor_id=self.shop.owner.pk, now=now)

    def _restock(self, now: dt.datetime) -> None:
        """The shop buys what this campaign will sell, so that the shelf is as full afterwards as it was before."""
        for offer in self.content["skus"]:
            sku = self.story.town.sku(self.content["shop"], offer["shot"], offer["specification"])
            actor_id = self.shop.owner.pk
            adjust(sku_id=sku.pk, quantity=offer["quantity"], reason="进货", actor_id=actor_id, now=now)

    def _send_back(self, now: dt.datetime) -> None:
        operator, note = self.story.town.people["operator"], self.content["note"]
        self.campaign = reviewing.send_back(campaign=self.campaign, actor_id=operator.pk, note=note, now=now)

    def _remind(self, count: int, now: dt.datetime) -> None:
        for person in [self.story.town.people["consumer"], *self.story.town.neighbours[:count]]:
            reminding.remind(user=person, code=self.campaign.code, now=now)

    def _approve(self, now: dt.datetime) -> None:
        operator = self.story.town.people["operator"]
        self.campaign = reviewing.approve(campaign=self.campaign, actor_id=operator.pk, now=now)

    def _open(self, now: dt.datetime) -> None:
        if not opening.open_campaign(campaign_id=self.campaign.pk, now=now):
            raise RuntimeError(f"{self.content['key']} could not open: not enough stock")
        last = self.story.now
        if cancelled := self.content.get("cancelled"):
            last += span(cancelled)
        for visit in crowd_of(self.content, self.plan, self.story.town, now=last):
            self.story.at(visit.at, lambda at, visit=visit: self._join(visit, at))  # type: ignore[misc]

    def _join(self, visit: Visit, now: dt.datetime) -> None:
        order = joining.join(
            buyer=visit.person,
            code=self.campaign.code,
            lines=[LineRequest(self.plan.skus[visit.offer].sku, visit.pieces)],
            fulfilment=self._fulfilment(visit),
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
            self.story.at(order.pay_by + MINUTE, lambda at: ending.expire(order=order, now=at))

    def _fulfilment(self, visit: Visit) -> FulfilmentChoice:
        """The nearest point, which is the leader's for the consumer; or the door."""
        if self.plan.delivers:
            return FulfilmentChoice(address=address_of(visit.person).code)
        consumer = visit.person.same_as(self.story.town.people["consumer"])
        points = self.shop.points
        return FulfilmentChoice(pickup_point=points[0 if consumer else int(visit.person.phone_tail) % len(points)].code)

    def _pay(self, order: Order, now: dt.datetime) -> None:
        payment = paying.start_payment(order=order, gateway=NAME, now=now)
        if fault := self._fault(order):
            SandboxFault.objects.create(number=payment.number, **fault)
        confirm(payment_id=payment.pk, fact=self.story.gateway.pay(payment), now=now)

    def _fault(self, order: Order) -> dict[str, Any]:
        """What will go wrong at the gateway with the refund of this order."""
        faults = self.content.get("faults", [])
        if order.buyer.same_as(self.story.town.people["consumer"]):
            return next((fault for fault in faults if fault["kind"] == SandboxFault.Kind.REFUND_SLOW), {})
        fault: dict[str, Any] = next(
            (fault for fault in faults if fault["kind"] == SandboxFault.Kind.REFUND_ABNORMAL), {}
        )
        self.content["faults"] = [other for other in faults if other is not fault]
        return fault

    def _leave(self, order: Order, now: dt.datetime) -> None:
        order.refresh_from_db()
        leaving.withdraw(buyer=order.buyer, order=order, now=now)
        self.story.at(now + MINUTE, _send_refunds)

    def _end(self) -> None:
        """The deadline, or what came before it."""
        closes_at = self.plan.closes_at
        if cancelled := self.content.get("cancelled"):
            closes_at = self.story.now + span(cancelled)
            self.story.at(closes_at, self._cancel)
        self.story.at(closes_at + MINUTE, self._settle)
        self.story.at(closes_at + 2 * MINUTE, _send_refunds)
        if ready := self.content.get("ready"):
            self.story.at(self.story.now + span(ready), self._arrive)

    def _cancel(self, now: dt.datetime) -> None:
        reason = self.content["cancel_reason"]
        cancelling.cancel(campaign=self.campaign, actor_id=self.shop.owner.pk, reason=reason, now=now)

    def _settle(self, now: dt.datetime) -> None:
        settling.settle(campaign_id=self.campaign.pk, now=now)

    def _arrive(self, now: dt.datetime) -> None:
        """The goods reach the points; some neighbours come at once, the consumer is the last of all."""
        waiting = Order.objects.from_source("campaign", self.campaign.code).filter(status=OrderStatus.PREPARING)
        orders = list(waiting.order_by("pk").select_related("buyer", "leader"))
        numbers = [order.number for order in orders]
        fulfilment.mark_ready(merchant=self.shop.merchant, numbers=numbers, actor_id=self.shop.owner.pk, now=now)
        consumer = self.story.town.people["consumer"]
        orders.sort(key=lambda order: order.buyer.same_as(consumer))
        for place, order in enumerate(orders[: self.content["received"]]):
            self.story.at(now + HOUR + place * 17 * MINUTE, lambda at, order=order: self._hand_over(order, at))  # type: ignore[misc]

    def _hand_over(self, order: Order, now: dt.datetime) -> None:
        """By the leader of the point who reads the code, or at the door."""
        actor_id = self.shop.owner.pk
        if order.leader is None:
            fulfilment.deliver(merchant=self.shop.merchant, number=order.number, actor_id=actor_id, now=now)
        else:
            order.refresh_from_db()
            fulfilment.verify_pickup(actor=order.leader, code=order.pickup_code, now=now)


def _send_refunds(now: dt.datetime) -> None:
    send_due(now=now)
