"""J1: facts of days say what the tables say, in whatever order and however often events come."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Merchant
from analytics.models import CampaignDay, ChannelDay, ClosedDay, MerchantDay, StaleDay
from analytics.services import folding
from analytics.services.counting import KINDS
from analytics.services.folding import close_days, fold_stale, rebuild
from analytics.services.marking import mark, mark_orders
from analytics.services.visiting import record_visit
from campaigns.models import Campaign
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from common.clock import day_of
from common.invariants import all_invariants, check
from common.models import EventDelivery
from marketing.services.channels import arrived, credit_channel, make_channel
from marketing.states import ChannelKind
from orders.models import Order, PriceLine
from orders.services.ending import cancel_unpaid
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_open, pay
from tests.factories.orders import fetch, give_back
from tests.fixtures.gateways import ScriptedGateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

DAY = dt.timedelta(days=1)
# Noon in Shanghai of 20 May 2090.
NOON = dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)
TODAY, TOMORROW = dt.date(2090, 5, 20), dt.date(2090, 5, 21)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(now=NOON - 30 * DAY)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    """From three pieces on ¥29.90, from five on ¥26.90; until tomorrow at noon."""
    return make_open(merchant, now=NOON - HOUR, closes_at=NOON + DAY)


def fold(now: dt.datetime = NOON) -> None:
    events.drain(now=now + 100 * DAY)
    fold_stale()


def of(merchant: Merchant, day: dt.date = TODAY) -> MerchantDay:
    return MerchantDay.objects.get(merchant=merchant, day=day)


def everything() -> list[list[tuple]]:
    """Every fact of every kind, but for its number."""
    return [
        sorted(kind.facts.objects.values_list(*(f.attname for f in kind.facts._meta.fields if f.name != "id")))
        for kind in KINDS
    ]


def test_a_day_of_a_shop_its_campaign_and_its_channel(merchant: Merchant, campaign: Campaign) -> None:
    """J1: two looked, three joined, two of them paid, one of these had bought before; one left again."""
    channel = make_channel(
        merchant=merchant, name="东门", kind=ChannelKind.NOTICE_BOARD, campaign=campaign, actor_id=None, now=NOON
    )
    alice, bob, carol = make_user(name="Alice"), make_user(name="Bob"), make_user(name="Carol")
    join_and_pay(alice, make_open(merchant, now=NOON - 9 * DAY), now=NOON - 9 * DAY)
    for person in ("Alice", "Bob", "Bob"):
        record_visit(person=person, merchant_id=merchant.pk, campaign_id=campaign.pk, now=NOON)
    record_visit(person="Bob", merchant_id=merchant.pk, campaign_id=campaign.pk, channel_id=channel.pk, now=NOON)
    arrived(newcomer=bob, channel=channel, now=NOON)
    join_and_pay(alice, campaign, 2, now=NOON)
    bobs = join_and_pay(bob, campaign, now=NOON)
    credit_channel(order=bobs, channel=channel)
    join_as(carol, campaign, now=NOON)
    withdraw(buyer=bob, order=bobs, now=NOON + HOUR)
    fold()
    numbers: dict[str, Any] = {
        "visitors": 2,
        "placed": 3,
        "joiners": 3,
        "orders": 2,
        "paid_fen": 3 * 2990,
        "pieces": 3,
        "buyers": 2,
        "new_customers": 1,
        "refunds": 1,
        "refunded_fen": 2990,
        "returned_fen": 2990,
    }
    assert MerchantDay.objects.filter(merchant=merchant, day=TODAY, decided=0, **numbers).exists()
    assert CampaignDay.objects.filter(campaign=campaign, day=TODAY, **numbers).exists()
    through = ChannelDay.objects.get(channel=channel, day=TODAY)
    assert (through.visitors, through.newcomers, through.orders, through.new_customers) == (1, 1, 1, 1)
    assert (through.paid_fen, through.refunded_fen) == (2990, 2990)


def test_an_order_counts_on_the_day_it_was_paid_and_its_refund_on_the_day_it_was_promised(
    merchant: Merchant, campaign: Campaign
) -> None:
    """J1: yesterday's order is not rewritten by today's refund; the day ends at midnight in Shanghai."""
    late = NOON + 11 * HOUR + dt.timedelta(minutes=50)
    order = join_as(make_user(), campaign, now=late)
    pay(order, at=late + dt.timedelta(minutes=12))
    withdraw(buyer=order.buyer, order=order, now=NOON + 23 * HOUR)
    fold()
    today, tomorrow = of(merchant), of(merchant, TOMORROW)
    assert (today.placed, today.orders, today.paid_fen, today.refunded_fen) == (1, 0, 0, 0)
    assert (tomorrow.placed, tomorrow.orders, tomorrow.paid_fen, tomorrow.refunded_fen) == (0, 1, 2990, 2990)


def test_the_difference_of_a_price_is_no_return_and_subsidised_is_succeeded(
    merchant: Merchant, campaign: Campaign
) -> None:
    """J1: five at ¥29.90, settled at ¥26.90."""
    fill(campaign, 5, now=NOON)
    settle(campaign_id=campaign.pk, now=NOON + DAY)
    fold()
    day = of(merchant, TOMORROW)
    assert (day.decided, day.succeeded, day.refunds, day.refunded_fen, day.returned_fen) == (1, 1, 0, 1500, 0)


def test_money_that_comes_to_light_late_makes_an_old_customer_of_a_new_one(
    merchant: Merchant, campaign: Campaign
) -> None:
    """J1: Alice's first payment is told of after her second: then she was no new customer the second time."""
    alice = make_user(name="Alice")
    first = join_as(alice, campaign, now=NOON)
    join_and_pay(alice, make_open(merchant, now=NOON, closes_at=NOON + 3 * DAY), now=NOON + DAY)
    fold()
    assert of(merchant, TOMORROW).new_customers == 1
    Order.objects.filter(pk=first.pk).update(pay_by=NOON + 3 * DAY)
    pay(first, at=NOON + HOUR)
    fold(NOON + DAY)
    assert (of(merchant).new_customers, of(merchant, TOMORROW).new_customers) == (1, 0)


def test_what_benefits_cost_and_brought_is_told_apart_by_who_pays_for_it(
    merchant: Merchant, campaign: Campaign
) -> None:
    """J1: coupon cost and return."""
    order = join_and_pay(make_user(), campaign, now=NOON)
    join_and_pay(make_user(), campaign, now=NOON)
    for position, (code, funder, fen) in enumerate(
        [("coupon", "merchant", -500), ("points", "platform", -200), ("freight", "merchant", -999)]
    ):
        PriceLine.objects.create(order=order, position=50 + position, code=code, funder=funder, amount_fen=fen)
    fold()
    day = of(merchant)
    assert (day.merchant_benefit_fen, day.platform_benefit_fen) == (500, 200)
    assert (day.benefit_orders, day.benefit_paid_fen) == (1, 2990)


def test_what_the_tables_no_longer_say_is_no_fact(merchant: Merchant, campaign: Campaign) -> None:
    MerchantDay.objects.create(merchant=merchant, day=TODAY, orders=9)
    CampaignDay.objects.create(campaign=campaign, merchant=merchant, day=TODAY, orders=9)
    stranger = MerchantDay.objects.create(merchant=make_merchant("邻居的店"), day=TODAY, orders=9)
    mark([(TODAY, merchant.pk)])
    fold_stale()
    assert list(MerchantDay.objects.all()) == [stranger]
    assert not CampaignDay.objects.exists()


def test_a_handler_that_runs_five_times_counts_once(merchant: Merchant, campaign: Campaign) -> None:
    order = join_and_pay(make_user(), campaign, now=NOON)
    for _time in range(5):
        mark_orders([order.pk])
        fold_stale()
    assert (of(merchant).orders, of(merchant).paid_fen) == (1, 2990)


def test_a_day_that_cannot_be_counted_stays_marked_and_holds_up_no_other(
    merchant: Merchant, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_and_pay(make_user(), campaign, now=NOON)
    join_and_pay(make_user(), campaign, now=NOON + 13 * HOUR)
    events.drain(now=NOON + DAY)
    count = folding.count_day

    def fail_today(day: dt.date, shops: list[int]) -> None:
        count(day, shops)
        if day == TODAY:
            raise RuntimeError

    monkeypatch.setattr(folding, "count_day", fail_today)
    assert fold_stale() == 1
    assert list(MerchantDay.objects.values_list("day", flat=True)) == [TOMORROW]
    assert list(StaleDay.objects.values_list("day", "merchant")) == [(TODAY, merchant.pk)]


def test_a_sweep_asks_as_much_for_many_orders_as_for_one(merchant: Merchant, campaign: Campaign) -> None:
    def asked() -> int:
        events.drain(now=NOON + DAY)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fold_stale()
        return len(queries)

    fill(campaign, 1, now=NOON)
    one = asked()
    fill(campaign, 4, now=NOON)
    join_and_pay(make_user(), make_open(now=NOON), now=NOON)
    assert asked() == one <= 45


def test_days_are_closed_once_a_night_and_their_salts_thrown_away(merchant: Merchant, campaign: Campaign) -> None:
    """J1: whatever was never told of, the night counts it."""
    join_and_pay(make_user(), campaign, now=NOON)
    night = NOON + 13 * HOUR
    assert close_days(now=night) == 7
    assert of(merchant).orders == 1
    assert ClosedDay.objects.get(day=TODAY).counted_at == night
    assert close_days(now=night + HOUR) == 0
    assert close_days(now=night + DAY) == 7


def test_facts_of_a_closed_day_that_differ_are_seen(merchant: Merchant) -> None:
    """J1: the statement looks at yesterday by the clock of the database."""
    statement = next(each for each in all_invariants() if each.name == "facts_of_a_closed_day_equal_the_tables")
    now = dt.datetime.now(dt.UTC)
    yesterday = now - DAY
    campaign = make_open(merchant, now=yesterday, closes_at=now + DAY)
    order = join_and_pay(make_user(), campaign, now=yesterday)
    MerchantDay.objects.all().delete()
    assert check(statement) is None, "not closed yet"
    close_days(now=now)
    assert check(statement) is None
    MerchantDay.objects.update(paid_fen=1)
    assert check(statement) is None, "an event is still on its way"
    events.drain(now=now + DAY)
    assert check(statement) is None, "it is marked"
    StaleDay.objects.all().delete()
    assert check(statement) is not None
    mark_orders([order.pk])
    fold_stale()
    assert check(statement) is None


def test_rebuilding_a_range_and_everything(merchant: Merchant, campaign: Campaign) -> None:
    join_and_pay(make_user(), campaign, now=NOON)
    join_and_pay(make_user(), campaign, now=NOON + 13 * HOUR)
    call_command("rebuild_facts", "--from", "2090-05-21", "--to", "2090-05-22")
    assert list(MerchantDay.objects.values_list("day", flat=True)) == [TOMORROW]
    call_command("rebuild_facts", "--to", "2090-05-21")
    assert sorted(MerchantDay.objects.values_list("day", flat=True)) == [TODAY, TOMORROW]
    with pytest.raises(CommandError):
        call_command("rebuild_facts", "--from", "2090-05-22", "--to", "2090-05-21")


Deed = tuple[str, int, int]
DEEDS = st.tuples(
    st.sampled_from(["look", "join", "pay", "leave", "give_up", "give_back", "settle", "cancel", "deliver", "fold"]),
    st.integers(0, 5),
    st.integers(0, 9),
)


class Story:
    """A few days of two shops; every deed is something that people do, and some of it is refused."""

    def __init__(self) -> None:
        ScriptedGateway.reset()
        self.now = NOON + HOUR
        self.people = [make_user(name=f"邻居{number}") for number in range(4)]
        self.campaigns = [
            make_open(make_merchant(f"店{number}", now=NOON - DAY), now=NOON, closes_at=NOON + 5 * DAY)
            for number in range(2)
        ]
        self.channels = [
            make_channel(merchant=owner, name="门口", kind=ChannelKind.STORE, actor_id=None, now=NOON)
            for owner in (None, self.campaigns[0].merchant)
        ]
        self.orders: list[Order] = []

    def do(self, deed: str, whose: int, hours: int) -> None:
        self.now += hours * HOUR
        getattr(self, deed)(whose)

    def campaign(self, whose: int) -> Campaign:
        return Campaign.objects.get(pk=self.campaigns[whose % 2].pk)

    def order(self, whose: int, *statuses: str) -> Order | None:
        fitting = [order for order in Order.objects.order_by("pk") if order.status in statuses]
        return fitting[whose % len(fitting)] if fitting else None

    def look(self, whose: int) -> None:
        campaign, channel = self.campaign(whose), self.channels[whose % 2]
        record_visit(
            person=str(whose),
            merchant_id=campaign.merchant_id,
            campaign_id=campaign.pk,
            channel_id=channel.pk if whose > 3 and channel.merchant_id is None else None,
            now=self.now,
        )

    def join(self, whose: int) -> None:
        campaign = self.campaign(whose)
        if campaign.status == "open" and self.now < campaign.closes_at:
            order = join_as(self.people[whose % 4], campaign, 1 + whose % 2, now=self.now)
            if whose > 2:
                credit_channel(order=order, channel=self.channels[whose % 2])

    def pay(self, whose: int) -> None:
        order = self.order(whose, "pending_payment")
        if order and self.campaign_of(order).status == "open":
            Order.objects.filter(pk=order.pk).update(pay_by=self.now + HOUR)
            order.refresh_from_db()
            pay(order, at=self.now)

    def campaign_of(self, order: Order) -> Campaign:
        return Campaign.objects.get(code=order.source_code)

    def leave(self, whose: int) -> None:
        order = self.order(whose, "paid")
        if order and self.campaign_of(order).status == "open" and self.now < self.campaign_of(order).closes_at:
            withdraw(buyer=order.buyer, order=order, now=self.now)

    def give_up(self, whose: int) -> None:
        order = self.order(whose, "pending_payment")
        if order:
            cancel_unpaid(order=order, actor_id=order.buyer_id, now=self.now)

    def give_back(self, whose: int) -> None:
        order = self.order(whose, "preparing")
        if order:
            line = order.lines.get()
            if line.paid_fen - line.refunded_fen > 10:
                give_back(fetch(order, now=self.now), 10 + whose, now=self.now)

    def settle(self, whose: int) -> None:
        campaign = self.campaign(whose)
        if campaign.status == "open":
            Campaign.objects.filter(pk=campaign.pk).update(closes_at=self.now)
            settle(campaign_id=campaign.pk, now=self.now)

    def cancel(self, whose: int) -> None:
        campaign = self.campaign(whose)
        if campaign.status == "open" and whose == 5:
            cancel(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, reason="霜冻", now=self.now)
            settle(campaign_id=campaign.pk, now=self.now)

    def deliver(self, whose: int) -> None:
        """Some of the events, in any order, and some of those that have been delivered once more."""
        events.relay(now=self.now + 100 * DAY, limit=1 + whose)
        done = EventDelivery.objects.filter(handler__startswith="analytics.", status="done").order_by("?")[:whose]
        again = list(done.values_list("pk", flat=True))
        random.Random(whose).shuffle(again)
        for pk in again:
            EventDelivery.objects.filter(pk=pk).update(status="waiting")

    def fold(self, _whose: int) -> None:
        fold_stale()


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(DEEDS, min_size=8, max_size=24))
def test_folded_or_rebuilt_it_is_the_same_row_for_row(deeds: list[Deed]) -> None:
    """J1: whatever two shops and their neighbours do, and however their events come."""
    with transaction.atomic():
        story = Story()
        for deed in deeds:
            story.do(*deed)
        fold(story.now)
        folded = everything()
        assert not StaleDay.objects.exists()
        for kind in KINDS:
            kind.facts.objects.all().delete()
        rebuild(since=day_of(NOON) - 2 * DAY, until=day_of(story.now) + DAY, now=story.now)
        assert everything() == folded
        transaction.set_rollback(True)


def test_the_counted_columns_are_those_of_the_facts() -> None:
    """A number that is counted has a column, and a column is counted."""
    for kind in KINDS:
        columns = {field.name for field in kind.facts._meta.fields} - {"id", "day", "merchant", kind.owner}
        assert set(kind.numbers) == columns
