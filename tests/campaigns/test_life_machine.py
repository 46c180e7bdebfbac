"""C1 C6 C14 D2 G1 G13 H6: whatever neighbours, payers, gateways, workers and merchants do, in whatever order, the
books hold.

Hypothesis invents the stories. After every step every statement that must always be true is checked; at the end of a
story the gateway speaks again, the clock goes on, the sweeps run, and everybody's money is counted at the gateway.
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Merchant, User
from accounts.services.profile import choose_refunds
from campaigns.errors import (
    CampaignClosed,
    CannotCancelCampaign,
    CannotLeave,
    EarlyBirdGone,
    Full,
    LimitReached,
    NoSuchCampaign,
)
from campaigns.models import Campaign, CampaignOrder
from campaigns.services import settlement_batches, settling
from campaigns.services.cancelling import cancel
from campaigns.services.joining import join, quote
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle, settle_due
from campaigns.states import DECIDED, Basis, CampaignStatus, WhenMissed
from catalog.errors import SellingClosed, SoldOut
from catalog.models import Sku
from common import events
from common.models import EventDelivery
from community.errors import NotEnoughPoints
from community.services.points import award
from community.states import PointsKind
from marketing.errors import CouponTaken
from marketing.models import CouponTemplate
from marketing.services.issuing import issue
from orders.errors import (
    AlreadyPickedUp,
    CannotCancel,
    NothingToRefund,
    NotPayable,
    NotRefundable,
    PaymentUnderWay,
    QuoteExpired,
    UnknownPickupCode,
)
from orders.models import Order, OrderLine, PickupPoint, RefundLine
from orders.quotes import FulfilmentChoice, Quote
from orders.services import ending
from orders.services.after_sales import refund_lines
from orders.services.completing import complete_due
from orders.services.ending import expire, expire_due
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.paying import start_payment
from orders.states import OrderStatus
from payments.errors import AlreadyPaid, GatewayUnavailable, NotEnoughBalance, PaymentInProgress
from payments.gateways.base import GatewayPayment
from payments.models import Payment, Refund
from payments.selectors.balance import balance_of
from payments.services import asking, booking, querying, sending
from payments.services.capturing import confirm
from payments.services.querying import query_overdue
from payments.services.sending import send_due
from payments.states import PaymentStatus, RefundKind, RefundRoute, RefundStatus
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import lines_of, make_open, make_point
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_template
from tests.factories.payouts import give_balance
from tests.fixtures.gateways import NAME, ScriptedGateway, pay_at_gateway
from tests.soundness import violations

IN_CI = os.environ.get("CI") == "true"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
PEOPLE = 5
# What everybody's balance begins with; more than any order costs.
BALANCE_FEN = 20_000
ALL = BALANCE_FEN
NOTHING = GatewayPayment(PaymentStatus.PENDING)
people = st.integers(0, PEOPLE - 1)
anything = st.integers(0, 10_000)
some = st.sampled_from([0, 500])
# What buyers say of their benefits: the best coupon by itself, none, and with or without points.
choices = st.fixed_dictionaries({"coupon": st.sampled_from(["", "none"]), "points": st.sampled_from(["", "1"])})
baskets = st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(any)


class Street:
    """What every story starts from: a merchant with two kinds of apples, a pick-up point, and some neighbours."""

    merchant: ClassVar[Merchant]
    owner: ClassVar[User]
    skus: ClassVar[list[Sku]]
    point: ClassVar[PickupPoint]
    coupons: ClassVar[list[CouponTemplate]]
    neighbours: ClassVar[list[User]]


class Life(RuleBasedStateMachine):
    """One campaign from opening to the last refund."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        ScriptedGateway.reset()
        self.now = timezone.now()
        self.campaign: Campaign
        self.orders: list[Order] = []
        self.payments: list[Payment] = []
        self.quotes: list[tuple[User, Quote]] = []

    def teardown(self) -> None:
        try:
            if hasattr(self, "campaign"):
                self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)

    # Little helpers

    def one_of(self, things: list[Any], index: int) -> Any:
        return things[index % len(things)]

    def refused(self, work: Callable[[], Any], *refusals: type[Exception]) -> Any:
        """What the work returns; None when it was refused in one of the ways it may be, or its campaign is no more."""
        try:
            with transaction.atomic():
                return work()
        except NoSuchCampaign:
            assert Campaign.objects.get(pk=self.campaign.pk).status == CampaignStatus.CANCELLED
            return None
        except refusals:
            return None

    def fresh(self, order: Order) -> Order:
        return Order.objects.get(pk=order.pk)

    # The merchant

    @initialize(
        basis=st.sampled_from(Basis.values),
        minimum=st.integers(2, 4),
        most=st.sampled_from([None, 3, 4]),
        limit=st.sampled_from([None, 3]),
        early=st.sampled_from([None, 1, 2]),
        when_missed=st.sampled_from(WhenMissed.values),
        full=st.booleans(),
        quantity=st.integers(2, 5),
        early_buyers=st.integers(0, 4),
    )
    def open_campaign(
        self,
        basis: str,
        minimum: int,
        most: int | None,
        limit: int | None,
        early: int | None,
        when_missed: str,
        full: bool,
        quantity: int,
        early_buyers: int,
    ) -> None:
        self.campaign = make_open(
            Street.merchant,
            now=self.now,
            skus=Street.skus,
            points=[Street.point],
            basis=basis,
            thresholds=(2, 3, 5),
            minimum=min(minimum, most or minimum),
            max_participants=most,
            limit_per_person=limit,
            early_bird_orders=early,
            early_bird_price_fen=1990 if early else None,
            when_missed=when_missed,
            extend_hours=1 if when_missed == WhenMissed.EXTEND else None,
            settle_when_full=full,
            quantity=quantity,
            closes_at=self.now + 60 * MINUTE,
        )
        self.choice = FulfilmentChoice(pickup_point=Street.point.code)
        for who in range(early_buyers):
            self.buy(who, (1, 0))

    @rule(chance=st.integers(1, 20))
    def give_up(self, chance: int) -> None:
        """Merchants rarely do."""
        if chance == 13:
            self.refused(
                lambda: cancel(campaign=self.campaign, actor_id=Street.owner.pk, reason="霜冻", now=self.now),
                CannotCancelCampaign,
            )

    # Neighbours

    @rule(who=people, which=st.integers(0, 1))
    def get_coupon(self, who: int, which: int) -> None:
        """The merchant's, or the platform's."""
        source = f"story:{self.now.isoformat()}"
        person = Street.neighbours[who].pk
        self.refused(lambda: issue(template=Street.coupons[which], user_ids=[person], source=source, now=self.now))

    @rule(who=people, amount=st.sampled_from([1, 260, 2_000]))
    def get_points(self, who: int, amount: int) -> None:
        """Less than a yuan, a few, more than half of what anything costs."""
        source = f"story:{who}:{self.now.isoformat()}"
        award(user_id=Street.neighbours[who].pk, kind=PointsKind.GIFT, amount=amount, source=source, now=self.now)

    @rule(who=people, quantities=baskets, chosen=choices)
    def join(self, who: int, quantities: tuple[int, int], chosen: dict[str, str] | None = None) -> None:
        lines = lines_of(self.campaign, *quantities)
        order = self.refused(
            lambda: join(
                buyer=Street.neighbours[who],
                code=self.campaign.code,
                lines=lines,
                fulfilment=self.choice,
                choices=chosen,
                now=self.now,
            ),
            LimitReached,
            SoldOut,
            Full,
            CampaignClosed,
            SellingClosed,
        )
        if order is not None:
            self.orders.append(order)

    @rule(who=people, quantities=baskets)
    def join_and_pay(self, who: int, quantities: tuple[int, int]) -> None:
        """The way most people go."""
        self.buy(who, quantities)

    @rule(who=people, quantities=baskets)
    def join_and_pay_too(self, who: int, quantities: tuple[int, int]) -> None:
        """Really most."""
        self.buy(who, quantities)

    def buy(self, who: int, quantities: tuple[int, int]) -> None:
        before = len(self.orders)
        self.join(who, quantities)
        if len(self.orders) > before:
            self.set_out_to_pay(-1)
            self.pay(-1)
            self.hear_of(-1)

    @rule(who=people, quantity=st.integers(1, 2), chosen=choices)
    def ask(self, who: int, quantity: int, chosen: dict[str, str]) -> None:
        buyer = Street.neighbours[who]
        quoted = self.refused(
            lambda: quote(
                buyer=buyer,
                code=self.campaign.code,
                lines=lines_of(self.campaign, quantity),
                fulfilment=self.choice,
                choices=chosen,
                now=self.now,
            ),
            LimitReached,
            SoldOut,
            Full,
            CampaignClosed,
        )
        if quoted is not None:
            self.quotes.append((buyer, quoted))

    @precondition(lambda self: self.quotes)
    @rule(index=anything)
    def join_with_quote(self, index: int) -> None:
        """Rule 2: what was quoted is charged, unless a benefit in it was used for another order meanwhile."""
        buyer, quoted = self.one_of(self.quotes, index)
        quantity = quoted.items[0].quantity
        order = self.refused(
            lambda: join(
                buyer=buyer,
                code=self.campaign.code,
                lines=lines_of(self.campaign, quantity),
                fulfilment=self.choice,
                choices=quoted.choices,
                quote_token=quoted.token,
                now=self.now,
            ),
            LimitReached,
            SoldOut,
            Full,
            EarlyBirdGone,
            CampaignClosed,
            SellingClosed,
            QuoteExpired,
            CouponTaken,
            NotEnoughPoints,
        )
        if order is not None:
            assert order.payable_fen == quoted.payable_fen
            self.orders.append(order)

    @precondition(lambda self: self.orders)
    @rule(index=anything, route=st.sampled_from([None, RefundRoute.ORIGINAL, RefundRoute.BALANCE]))
    def withdraw(self, index: int, route: RefundRoute | None) -> None:
        order = self.fresh(self.one_of(self.orders, index))
        self.refused(
            lambda: withdraw(buyer=order.buyer, order=order, route=route, now=self.now),
            CannotLeave,
            CannotCancel,
            PaymentUnderWay,
            GatewayUnavailable,
        )

    @rule(who=people, to_balance=st.booleans())
    def choose_refunds(self, who: int, to_balance: bool) -> None:
        choose_refunds(user=Street.neighbours[who], to_balance=to_balance)

    @precondition(lambda self: self.orders)
    @rule(index=anything, amount_fen=st.sampled_from([1, 700, ALL]))
    def send_back(self, index: int, amount_fen: int) -> None:
        """E3: something was broken; the merchant gives back a little, or all there is."""
        order = self.fresh(self.one_of(self.orders, index))
        line = order.lines.order_by("pk")[0]
        by_line = {line.pk: min(amount_fen, line.paid_fen - line.refunded_fen)}
        self.refused(
            lambda: refund_lines(
                merchant=Street.merchant,
                number=order.number,
                by_line=by_line,
                reason="坏了",
                actor_id=Street.owner.pk,
                now=self.now,
            ),
            NotRefundable,
            NothingToRefund,
        )

    # Payers and their gateway

    @precondition(lambda self: self.orders)
    @rule(index=anything, balance_fen=st.sampled_from([0, 0, 500, ALL]))
    def set_out_to_pay(self, index: int, balance_fen: int = 0) -> None:
        """At the gateway, or with all or some of what the balance holds."""
        order = self.fresh(self.one_of(self.orders, index))
        payment = self.refused(
            lambda: start_payment(
                order=order, gateway=NAME, balance_fen=min(balance_fen, order.payable_fen), now=self.now
            ),
            NotPayable,
            PaymentInProgress,
            AlreadyPaid,
            NotEnoughBalance,
        )
        if payment is not None and payment.gateway == NAME:
            self.payments.append(payment)

    @precondition(lambda self: self.payments)
    @rule(index=anything)
    def pay(self, index: int) -> None:
        """At the gateway, in time or late; nobody tells us. What the gateway has closed cannot be paid."""
        payment = self.one_of(self.payments, index)
        if payment.number not in ScriptedGateway.closed and payment.number not in ScriptedGateway.paid:
            pay_at_gateway(payment, at=self.now)
            ScriptedGateway.paying.discard(payment.number)

    @precondition(lambda self: self.payments)
    @rule(index=anything)
    def hear_of(self, index: int) -> None:
        """The gateway's message: early, late, or again."""
        payment = self.one_of(self.payments, index)
        if payment.number in ScriptedGateway.paid:
            confirm(payment_id=payment.pk, fact=ScriptedGateway.paid[payment.number], now=self.now)

    @precondition(lambda self: self.orders)
    @rule(index=anything, minutes=st.sampled_from([1, 20]), parts=st.tuples(some, some))
    def pay_twice(self, index: int, minutes: int, parts: tuple[int, int]) -> None:
        """The bank says no, the payer tries again, perhaps with another part from the balance, and later both go
        through: one of them in time at most."""
        before = len(self.payments)
        self.set_out_to_pay(index, parts[0])
        if len(self.payments) == before or self.payments[-1].number in ScriptedGateway.paid:
            return
        confirm(payment_id=self.payments[-1].pk, fact=GatewayPayment(PaymentStatus.FAILED), now=self.now)
        self.set_out_to_pay(index, parts[1])
        self.wait(minutes)
        for payment in (-1, -2):
            self.pay(payment)
            self.hear_of(payment)

    @rule(trouble=st.sampled_from(["silence", "voice", "swallow", "failure", "typing"]), index=anything)
    def have_trouble(self, trouble: str, index: int) -> None:
        """A gateway falls silent or finds its voice, does a refund without saying so; a bank says no, and some payers
        try the same page again; a payer is typing the password just now."""
        ScriptedGateway.silent = trouble == "silence"
        if trouble == "swallow":
            ScriptedGateway.swallow = 1
        if not self.payments:
            return
        payment = self.one_of(self.payments, index)
        if payment.number in ScriptedGateway.paid or payment.number in ScriptedGateway.closed:
            return
        if trouble == "failure":
            confirm(payment_id=payment.pk, fact=GatewayPayment(PaymentStatus.FAILED), now=self.now)
        elif trouble == "typing":
            ScriptedGateway.paying.add(payment.number)

    # Time and workers

    @rule(minutes=st.sampled_from([1, 3, 5, 16, 40]))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(
        worker=st.sampled_from(["sweep", "settle", "click", "relay", "refund", "hand over", "complete"]),
        index=anything,
    )
    def work(self, worker: str, index: int) -> None:
        """A worker's round, or a person's click."""
        if worker == "sweep":
            self.sweep_orders()
        elif worker == "settle":
            settle_due(now=self.now)
        elif worker == "click":
            settle(campaign_id=self.campaign.pk, now=self.now)
        elif worker == "relay":
            events.drain(now=self.now)
        elif worker == "refund":
            send_due(now=self.now, limit=20)
        elif worker == "complete":
            complete_due(now=self.now + 3 * DAY)
        else:
            self.hand_over(index)

    def sweep_orders(self) -> None:
        expire_due(now=self.now)
        query_overdue(now=self.now)

    def hand_over(self, index: int) -> None:
        """D5: goods come in, somebody picks theirs up."""
        numbers = [order.number for order in self.orders]
        mark_ready(merchant=Street.merchant, numbers=numbers, actor_id=Street.owner.pk, now=self.now)
        if self.orders:
            code = self.fresh(self.one_of(self.orders, index)).pickup_code
            self.refused(
                lambda: verify_pickup(actor=Street.owner, code=code, now=self.now), UnknownPickupCode, AlreadyPickedUp
            )

    @precondition(lambda self: self.orders)
    @rule(index=anything)
    def expire_one(self, index: int) -> None:
        """A worker that looked a moment ago: the order may be paid meanwhile."""
        order = self.one_of(self.orders, index)
        if self.now >= order.pay_by:
            self.refused(lambda: expire(order=order, now=self.now), GatewayUnavailable, PaymentUnderWay)

    # What must hold

    @invariant()
    def nothing_is_broken(self) -> None:
        assert violations(include_settled=False) == []
        parked = EventDelivery.objects.filter(attempts__gt=0).exclude(error="")
        assert not parked.exists(), list(parked.values_list("handler", "error"))

    def come_to_rest(self) -> None:
        """Everything that can still happen by itself happens; then every fen is where it belongs."""
        ScriptedGateway.silent, ScriptedGateway.swallow = False, 0
        ScriptedGateway.paying.clear()
        for _round in range(4):
            self.now += 61 * MINUTE
            self.sweep_orders()
            settle_due(now=self.now)
            events.drain(now=self.now)
            send_due(now=self.now, limit=200)
        for payment in self.payments:
            self.hear_of(self.payments.index(payment))
        for _round in range(3):
            self.now += 11 * MINUTE
            send_due(now=self.now, limit=200)
            events.drain(now=self.now)
        connection.check_constraints()
        assert violations() == []
        self.count_the_money()

    def count_the_money(self) -> None:
        campaign = Campaign.objects.get(pk=self.campaign.pk)
        assert campaign.status in DECIDED
        assert campaign.settled_at is not None
        assert not Refund.objects.exclude(status=RefundStatus.DONE).exists()
        kept: Counter[str] = Counter()
        purses = Counter({person.pk: BALANCE_FEN for person in Street.neighbours})
        for payment in Payment.objects.all():
            if payment.gateway == NAME:
                kept[payment.subject_number] += ScriptedGateway.paid.get(payment.number, NOTHING).amount_fen
            else:
                purses[payment.payer_id] -= payment.amount_fen
                kept[payment.subject_number] += payment.amount_fen
        for refund in Refund.objects.select_related("payment"):
            kept[refund.payment.subject_number] -= refund.amount_fen
            if refund.route == RefundRoute.BALANCE:
                purses[refund.payment.payer_id] += refund.amount_fen
            back_fen = 0 if refund.route == RefundRoute.BALANCE else refund.amount_fen
            assert ScriptedGateway.refunded.get(refund.number, 0) == back_fen
        for order in Order.objects.all():
            assert kept[order.number] == (self.price_of(order, campaign) if order.paid_at else 0)
        assert purses == {person.pk: balance_of(person) for person in Street.neighbours}
        assert not Order.objects.filter(status__in=[OrderStatus.PENDING_PAYMENT, OrderStatus.PAID]).exists()

    def price_of(self, order: Order, campaign: Campaign) -> int:
        """What this order costs in the end, by the rules: nothing, or what was paid for it less the difference to the
        last step; and less what was sent back."""
        left = CampaignOrder.objects.get(pk=order.pk).left_at
        if campaign.status != CampaignStatus.SUCCEEDED or left is not None or campaign.final_tier is None:
            return 0
        prices = dict(campaign.final_tier.prices.values_list("campaign_sku__sku_id", "unit_price_fen"))
        sent_back = RefundLine.objects.filter(order=order, refund__kind=RefundKind.AFTER_SALES)
        back_fen = sum(sent_back.values_list("amount_fen", flat=True))
        return sum(self._price_of_line(line, prices[line.sku_id]) for line in order.lines.all()) - back_fen

    def _price_of_line(self, line: OrderLine, last_fen: int) -> int:
        """Discounts stay the fen they were (rule 4)."""
        fallen_fen = max(0, line.unit_price_fen - last_fen) * line.quantity
        return max(0, line.paid_fen - fallen_fen)


def fail(sentence: str, **_named: Any) -> None:
    """A sweep goes on over a fault of ours; a test does not."""
    raise AssertionError(sentence)


@pytest.mark.django_db
def test_the_books_hold_whatever_happens(scripted_gateway: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reliability 18: every invariant after every step of every story, and every fen at its end."""
    monkeypatch.setattr(sending, "wait_for_turn", lambda gateway, *, in_trouble: None)
    monkeypatch.setattr(settling.logger, "exception", fail)
    for sweep in (asking, booking, ending, querying, settlement_batches):
        monkeypatch.setattr(sweep.logger, "exception", fail)
    Street.merchant = make_merchant()
    Street.owner = owner_of(Street.merchant)
    Street.skus = [make_sku(Street.merchant), make_sku(Street.merchant)]
    Street.point = make_point(Street.merchant)
    Street.coupons = [
        make_template(Street.merchant, per_person=3, total=6),
        make_template(per_person=9, kind="percentage", amount_fen=0, threshold_fen=0, rate_bp=1500, cap_fen=900),
    ]
    Street.neighbours = [make_user(name=f"邻居{index}") for index in range(PEOPLE)]
    for neighbour in Street.neighbours:
        give_balance(neighbour, BALANCE_FEN)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=9,
            stateful_step_count=25,
            deadline=None,
            derandomize=IN_CI,
            database=None,
            phases=[Phase.generate],  # a story of 25 steps is short enough to read
            suppress_health_check=list(HealthCheck),
        ),
    )
