"""What people do in the demo without buying: come to live here, look around, check in."""

import datetime as dt
import random

from accounts.events import UserRegistered
from accounts.models import User
from analytics.services.visiting import record_visit
from campaigns.models import Campaign
from common import events
from common.clock import day_of, start_of
from community.services.checking_in import check_in
from marketing.models import ChannelCode
from marketing.services.channels import arrived, credit_channel, make_channel
from orders.models import Order
from web.demo.neighbourhood import Arrival, arrive
from web.demo.reading import read
from web.demo.timeline import Story
from web.demo.town import Town

DAY = dt.timedelta(days=1)
# How many look at a campaign for each who joins.
LOOKERS = (2, 5)
# For how many days in a row the people who sign in have checked in, up to yesterday, and how eager others are.
STREAKS = {"consumer": 12, "leader": 26}
EAGER = 14
EAGERNESS = 0.55
CHECK_IN_DAYS = 30


class Habits:
    """Channels and those who come by them, visits, and the daily tap."""

    def __init__(self, story: Story, town: Town, *, begun: dt.datetime) -> None:
        self.story = story
        self.town = town
        self.chance = random.Random("habits")
        content = read("benefits")["channels"]
        self.channels = [self._channel(one, now=begun) for one in content]
        self.parts = [one["part"] for one in content]
        self.ways: dict[int, ChannelCode] = {}

    def tell(self) -> None:
        """Let newcomers come at their time, and everybody check in."""
        for arrival in self.town.arrivals:
            self.story.at(arrival.person.joined_at, lambda now, arrival=arrival: self._come(arrival, now))  # type: ignore[misc]
        for key, days in STREAKS.items():
            for back in range(days, 0, -1):
                self._check_in(self.town.people[key], back)
        for person in self.town.neighbours[:EAGER]:
            for back in range(CHECK_IN_DAYS, 0, -1):
                if self.chance.random() < EAGERNESS:
                    self._check_in(person, back)

    def look(self, campaign: Campaign, orders: list[Order]) -> None:
        """Who joined has looked, and their order is owed to the code they came by; so have some others, most of them
        strangers."""
        for order in orders:
            channel = self.ways.get(order.buyer_id)
            self._visit(campaign, f"person:{order.buyer_id}", channel, order.placed_at)
            if channel is not None:
                credit_channel(order=order, channel=channel)
            for number in range(self.chance.randint(*LOOKERS)):
                at = order.placed_at - dt.timedelta(minutes=self.chance.randint(1, 90))
                passing = self.chance.choice([*self.channels, None, None, None])
                self._visit(campaign, f"stranger:{order.pk}:{number}", passing, at)

    def _visit(self, campaign: Campaign, person: str, channel: ChannelCode | None, at: dt.datetime) -> None:
        by = channel.pk if channel and channel.merchant_id in (None, campaign.merchant_id) else None
        record_visit(person=person, merchant_id=campaign.merchant_id, campaign_id=campaign.pk, channel_id=by, now=at)

    def _channel(self, content: dict[str, str], *, now: dt.datetime) -> ChannelCode:
        shop = self.town.shops[content["shop"]] if "shop" in content else None
        actor_id = shop.owner.pk if shop else self.town.people["operator"].pk
        merchant = shop.merchant if shop else None
        return make_channel(merchant=merchant, name=content["name"], kind=content["kind"], actor_id=actor_id, now=now)

    def _come(self, arrival: Arrival, now: dt.datetime) -> None:
        if arrival.inviter is None and self.chance.randrange(100) < sum(self.parts):
            self.ways[arrival.person.pk] = self.chance.choices(self.channels, self.parts)[0]
            arrived(newcomer=arrival.person, channel=self.ways[arrival.person.pk], now=now)
        arrive(arrival, now=now)
        events.publish(UserRegistered(user_id=arrival.person.pk))

    def _check_in(self, person: User, back: int) -> None:
        """At some time of that day, in the morning."""
        at = start_of(day_of(self.story.now) - back * DAY) + dt.timedelta(minutes=self.chance.randint(6 * 60, 11 * 60))
        self.story.at(at, lambda now: check_in(user=person, now=now))
