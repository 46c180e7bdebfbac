"""What has happened in the town: every campaign of the content, played from its draft on, all in the order of time."""

import datetime as dt
from typing import Any

from accounts.services.profile import choose_refunds
from campaigns.models import Campaign
from campaigns.plans import Plan, SkuPlan
from campaigns.services import cancelling, drafting, opening, reminding, reviewing, settling
from campaigns.sources import SOURCE
from catalog.models import Sku
from catalog.services.stock import adjust
from orders.models import Order
from web.demo.benefits import Benefits
from web.demo.crowd import crowd_of
from web.demo.gateway import SandboxBooks
from web.demo.habits import Habits
from web.demo.history import past_campaigns
from web.demo.members import price_for_members
from web.demo.plans import plan_of
from web.demo.purchases import HOUR, MINUTE, Purchases, complete_orders, send_refunds, sort_members
from web.demo.reading import read, span
from web.demo.suspicions import Suspicions
from web.demo.timeline import Story
from web.demo.town import Shop, Town

# The platform completes orders every minute; the story looks as often as it matters.
BETWEEN_SWEEPS = 6
# And sorts its members every night.
WEEK = 7


def tell_story(town: Town, gateway: SandboxBooks, *, days: int, begun: dt.datetime, now: dt.datetime) -> None:
    """Play so many days of history and all campaigns of the content, in a town that was founded when it began."""
    story = Story(town, gateway, now=now)
    benefits = Benefits(town, now=begun)
    benefits.tell(story, begun=begun)
    Suspicions(town).tell(story, begun=begun)
    habits = Habits(story, town, begun=begun)
    habits.tell()
    price_for_members(town)
    for content in [*past_campaigns(days=days, now=now), *read("campaigns")["campaigns"]]:
        CampaignStory(story, content, benefits, habits).begin()
    for hours in range(0, days * 24, BETWEEN_SWEEPS):
        story.at(now - hours * HOUR, complete_orders)
    for week in range(0, days, WEEK):
        story.at(now - week * 24 * HOUR - MINUTE, sort_members)
    story.at(now - MINUTE, send_refunds)
    story.play()


class CampaignStory:
    """One campaign of the content, from its draft to where it stands."""

    def __init__(self, story: Story, content: dict[str, Any], benefits: Benefits, habits: Habits) -> None:
        self.story = story
        self.benefits = benefits
        self.habits = habits
        self.content = content
        self.shop: Shop = story.town.shops[content["shop"]]
        self.plan: Plan = plan_of(content, story.town, now=story.now)
        self.stays: str = content.get("stays", "")
        self.campaign: Campaign
        self.purchases: Purchases

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
        """The shop buys what this campaign may sell."""
        for offer in self.plan.skus:
            self._adjust(offer, offer.quantity, "进货", now)

    def _give_back(self, now: dt.datetime) -> None:
        """And gives the rest back, so that the shelf is as full afterwards as it was before."""
        sold = self.purchases.sold()
        for offer in self.plan.skus:
            if unsold := offer.quantity - sold.get(offer.sku, 0):
                self._adjust(offer, -unsold, "没卖完，退回基地", now)

    def _adjust(self, offer: SkuPlan, quantity: int, reason: str, now: dt.datetime) -> None:
        sku = Sku.objects.get(code=offer.sku)
        adjust(sku_id=sku.pk, quantity=quantity, reason=reason, actor_id=self.shop.owner.pk, now=now)

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
        self.purchases = Purchases(self.story, self.content, self.shop, self.plan, self.campaign, self.benefits)
        last = self.story.now
        if cancelled := self.content.get("cancelled"):
            last += span(cancelled)
        for visit in crowd_of(self.content, self.plan, self.story.town, now=last):
            self.story.at(visit.at, lambda at, visit=visit: self.purchases.join(visit, at))  # type: ignore[misc]

    def _end(self) -> None:
        """The deadline, or what came before it."""
        closes_at = self.plan.closes_at
        if cancelled := self.content.get("cancelled"):
            closes_at = self.story.now + span(cancelled)
            self.story.at(closes_at, self._cancel)
        self.story.at(min(closes_at, self.story.now), self._look_back)
        self.story.at(closes_at + MINUTE, self._settle)
        self.story.at(closes_at + 2 * MINUTE, send_refunds)
        if self.content.get("restocked"):
            self.story.at(closes_at + 3 * MINUTE, self._give_back)
        if ready := self.content.get("ready"):
            self.story.at(self.story.now + span(ready), lambda at: self.purchases.arrive(at))

    def _look_back(self, now: dt.datetime) -> None:
        """Only when everybody has joined it is known who has looked before."""
        joined = Order.objects.from_source(SOURCE, self.campaign.code).order_by("pk")
        self.habits.look(self.campaign, list(joined))

    def _cancel(self, now: dt.datetime) -> None:
        reason = self.content["cancel_reason"]
        cancelling.cancel(campaign=self.campaign, actor_id=self.shop.owner.pk, reason=reason, now=now)

    def _settle(self, now: dt.datetime) -> None:
        consumer, to_balance = self.story.town.people["consumer"], bool(self.content.get("to_balance"))
        choose_refunds(user=consumer, to_balance=to_balance)
        settling.settle(campaign_id=self.campaign.pk, now=now)
        choose_refunds(user=consumer, to_balance=False)
