"""C6: a campaign settles at its deadline without a person."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from accounts.services.addresses import add_address
from campaigns.models import Campaign, CampaignProgress, Participant
from campaigns.services import settlement_batches, settling
from campaigns.services.joining import join
from campaigns.services.leaving import withdraw
from campaigns.services.settlement_batches import settle_orders
from campaigns.services.settling import settle, settle_due
from campaigns.states import CampaignStatus
from catalog.models import Stock
from common import events
from common.models import Alert, EventDelivery
from notifications.models import Message
from orders.models import Order, OrderLine
from orders.quotes import FulfilmentChoice
from orders.services.ending import expire_due
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund, refund_orders
from orders.states import OrderStatus
from payments.models import Payment, Refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, lines_of, make_open, pay
from tests.fixtures.gateways import NAME, ScriptedGateway, capture, pay_at_gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def test_everybody_pays_the_final_tier_and_gets_the_exact_difference() -> None:
    """C1 C6: Alice pays ¥29.90 for two; after five pieces everybody's price is ¥26.90 and she gets ¥6.00 back."""
    now = timezone.now()
    campaign = make_open(now=now)
    alice = join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    fill(campaign, 3, now=now)

    settled = settle(campaign_id=campaign.pk, now=now + DAY)

    assert (settled.status, settled.final_count) == (CampaignStatus.SUCCEEDED, 5)
    alice.refresh_from_db()
    line = alice.lines.get()
    assert (alice.status, line.unit_price_fen, line.final_unit_price_fen) == (OrderStatus.PREPARING, 2990, 2690)
    refund = Refund.objects.get(payment__subject_number=alice.number)
    assert (refund.kind, refund.amount_fen, refund.status) == ("tier_difference", 600, RefundStatus.REQUESTED)
    assert send_due(now=now + DAY, limit=10) == 4
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    events.drain(now=now + DAY)
    told = list(Message.objects.filter(recipient=alice.buyer).order_by("id").values_list("kind", flat=True))
    assert told == ["order_placed", "order_paid", "tier_reached", "tier_reached", "campaign_succeeded", "refund_done"]


def test_a_missed_campaign_refunds_each_member_their_own_order() -> None:
    """C6: two neighbours of three needed; each gets their own money back, all of it."""
    now = timezone.now()
    campaign = make_open(now=now)
    orders = fill(campaign, 2, now=now)
    unpaid = join_as(make_user(name="Bob"), campaign, now=now)

    settled = settle(campaign_id=campaign.pk, now=now + DAY)

    assert settled.status == CampaignStatus.FAILED
    for order in orders:
        order.refresh_from_db()
        assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, "missed")
        refund = Refund.objects.get(payment__subject_number=order.number)
        assert (refund.kind, refund.amount_fen) == ("missed", order.payable_fen)
    unpaid.refresh_from_db()
    assert unpaid.status == OrderStatus.EXPIRED
    assert Refund.objects.count() == 2
    assert ScriptedGateway.refunded == {}


def test_settling_again_changes_nothing() -> None:
    """C6: a second worker, a click, a repeat: one settlement."""
    now = timezone.now()
    campaign = make_open(now=now)
    fill(campaign, 5, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    before = (
        Refund.objects.count(),
        Campaign.objects.get().settled_at,
        Order.objects.filter(status="preparing").count(),
    )

    settle(campaign_id=campaign.pk, now=now + 2 * DAY)

    assert before == (5, now + DAY, 5)
    assert before == (
        Refund.objects.count(),
        Campaign.objects.get().settled_at,
        Order.objects.filter(status="preparing").count(),
    )


def three_and_bob(campaign: Campaign, now: dt.datetime) -> tuple[list[Order], Order, Payment]:
    """Three who paid, and Bob, who has a page open to pay on."""
    paid = fill(campaign, 3, now=now)
    bob = join_as(make_user(name="Bob"), campaign, now=now)
    return paid, bob, start_payment(order=bob, gateway=NAME, now=now)


def test_a_payment_whose_message_was_lost_is_found_and_counts() -> None:
    """C6, rule 7: the protocol asks the gateway about everybody before it counts."""
    now = timezone.now()
    campaign = make_open(now=now)
    _paid, bob, payment = three_and_bob(campaign, now)
    pay_at_gateway(payment, at=now)
    assert settle(campaign_id=campaign.pk, now=now + DAY).final_count == 4
    bob.refresh_from_db()
    assert bob.status == OrderStatus.PREPARING


def test_while_the_gateway_is_silent_nothing_is_guessed() -> None:
    """C6, rule 7: closing, and nothing more: no expiry, no count, no refund, nobody joins; then it speaks."""
    now = timezone.now()
    campaign = make_open(now=now)
    _paid, bob, payment = three_and_bob(campaign, now)
    pay_at_gateway(payment, at=now)
    ScriptedGateway.silent = True

    for _attempt in range(2):
        waiting = settle(campaign_id=campaign.pk, now=now + DAY)
        assert (waiting.status, waiting.final_count, waiting.decided_at) == (CampaignStatus.CLOSING, None, None)
    assert CampaignProgress.objects.get().counts_fixed_at is None
    assert Order.objects.get(pk=bob.pk).status == OrderStatus.PENDING_PAYMENT
    assert Refund.objects.count() == 0

    ScriptedGateway.silent = False
    assert settle_due(now=now + 2 * DAY) == 1
    assert Campaign.objects.get().final_count == 4


def test_operators_hear_of_a_campaign_that_waits_ten_minutes_for_a_gateway() -> None:
    """C6: not before, once, and until the gateway speaks again."""
    now = timezone.now()
    campaign = make_open(now=now)
    _paid, bob, _payment = three_and_bob(campaign, now)
    ScriptedGateway.silent = True
    settle_due(now=now + DAY)
    settle_due(now=now + DAY + dt.timedelta(minutes=10))
    assert not Alert.objects.exists()
    settle_due(now=now + DAY + HOUR)
    settle_due(now=now + DAY + 2 * HOUR)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.times) == ("campaign_stays_closing", f"campaign:{campaign.code}", 2)
    assert alert.detail == {"order": bob.number, "reason": "gateway_unavailable"}

    ScriptedGateway.silent = False
    settle_due(now=now + DAY + 3 * HOUR)
    alert.refresh_from_db()
    assert (alert.closed_at, alert.closed_by) == (now + DAY + 3 * HOUR, None)


def test_a_payer_who_is_typing_holds_up_their_campaign_and_no_other() -> None:
    """C6: the gateway cannot close Bob's payment yet; the next campaign settles, and his does a little later."""
    now = timezone.now()
    campaign = make_open(now=now)
    _paid, bob, payment = three_and_bob(campaign, now)
    ScriptedGateway.paying.add(payment.number)
    other = make_open(now=now)
    fill(other, 3, now=now)

    settle_due(now=now + DAY)
    assert expire_due(now=now + DAY) == 0
    campaign.refresh_from_db()
    other.refresh_from_db()
    assert (campaign.status, other.status) == (CampaignStatus.CLOSING, CampaignStatus.SUCCEEDED)

    ScriptedGateway.paying.clear()
    settle_due(now=now + DAY)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.final_count) == (CampaignStatus.SUCCEEDED, 3)
    assert Order.objects.get(pk=bob.pk).status == OrderStatus.EXPIRED


def test_a_fault_in_one_campaign_hurts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """C6: the first breaks in the middle; the second settles, and the first does with the next round."""
    now = timezone.now()
    first, second = make_open(now=now), make_open(now=now)
    fill(first, 3, now=now)
    fill(second, 3, now=now)

    def break_first(*, campaign_id: int, now: dt.datetime) -> list[str]:
        if campaign_id == first.pk:
            raise RuntimeError("killed")
        return settle_orders(campaign_id=campaign_id, now=now)

    monkeypatch.setattr(settling, "settle_orders", break_first)
    assert settle_due(now=now + DAY) == 2
    assert list(Campaign.objects.order_by("pk").values_list("settled_at", flat=True)) == [None, now + DAY]
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_at) == ("campaign_unsettled", f"campaign:{first.code}", None)
    assert alert.detail == {"error": "RuntimeError"}
    monkeypatch.undo()
    assert settle_due(now=now + DAY) == 1
    assert Alert.objects.get().closed_at == now + DAY
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 6


def test_an_order_that_cannot_be_settled_holds_up_no_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """C6: Alice's refund fails; the others get their difference, the campaign stays unfinished and tries again."""
    now = timezone.now()
    campaign = make_open(now=now)
    alice, *_others = fill(campaign, 5, now=now)

    def fail_alice(wanted: Sequence[OrderRefund], *, now: dt.datetime) -> list[Refund]:
        if any(refund.order == alice for refund in wanted):
            raise RuntimeError("not hers")
        return refund_orders(wanted, now=now)

    monkeypatch.setattr(settlement_batches, "refund_orders", fail_alice)
    settle_due(now=now + DAY)
    alice.refresh_from_db()
    campaign.refresh_from_db()
    assert (alice.status, campaign.status, campaign.settled_at) == (OrderStatus.PAID, CampaignStatus.SUCCEEDED, None)
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 4
    assert Alert.objects.get().detail == {"orders": [alice.number], "count": 1}

    monkeypatch.undo()
    settle_due(now=now + DAY)
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 5
    assert Campaign.objects.get().settled_at == now + DAY
    assert Alert.objects.get().closed_at == now + DAY


def test_campaigns_that_wait_for_a_gateway_hold_up_no_other() -> None:
    """C6, reliability 17: the gateway is asked about three campaigns in a round, and those it has no word for come
    last in the next."""
    now = timezone.now()
    for _each in range(4):
        _paid, _bob, payment = three_and_bob(make_open(now=now), now)
        ScriptedGateway.mute.add(payment.number)
    settle_due(now=now + DAY)
    assert Campaign.objects.filter(status=CampaignStatus.CLOSING).count() == 3
    healthy = make_open(now=now)
    fill(healthy, 3, now=now)
    settle_due(now=now + DAY)
    healthy.refresh_from_db()
    assert (healthy.status, healthy.settled_at) == (CampaignStatus.SUCCEEDED, now + DAY)

    ScriptedGateway.mute.clear()
    settle_due(now=now + DAY)
    assert Campaign.objects.filter(status=CampaignStatus.SUCCEEDED).count() == 5


def test_workers_down_for_a_day_settle_what_was_due() -> None:
    """C6: a day late, the same outcome: a payment in time counts though nobody heard of it then."""
    now = timezone.now()
    campaign = make_open(now=now)
    _paid, bob, payment = three_and_bob(campaign, now)
    pay_at_gateway(payment, at=now)
    assert settle_due(now=now + 2 * DAY) == 1
    assert Campaign.objects.get().final_count == 4
    assert Order.objects.get(pk=bob.pk).status == OrderStatus.PREPARING


@pytest.mark.parametrize("when", ["after expiry", "after the place was resold", "after failure", "after success"])
def test_a_late_payment_is_returned_whole(when: str) -> None:
    """D2, rule 7: whatever came meanwhile; it never counts, and nobody else loses a piece for it."""
    now = timezone.now()
    campaign = make_open(now=now, quantity=4, settle_when_full=False)
    paid = fill(campaign, 3 if when != "after failure" else 2, now=now)
    bob = join_as(make_user(name="Bob"), campaign, now=now)
    payment = start_payment(order=bob, gateway=NAME, now=now)
    late = now + dt.timedelta(minutes=20)
    expire_due(now=late)
    if when == "after the place was resold":
        paid.append(join_and_pay(make_user(name="Carol"), campaign, now=late))
    if when in ("after failure", "after success"):
        settle(campaign_id=campaign.pk, now=now + DAY)

    capture(payment, at=late, now=now + DAY)

    bob.refresh_from_db()
    assert bob.status == OrderStatus.EXPIRED
    refund = Refund.objects.get(payment=payment)
    assert (refund.kind, refund.amount_fen) == ("late", 2990)
    assert CampaignProgress.objects.get().paid_pieces == len(paid)
    assert not Payment.objects.get(pk=payment.pk).applied
    capture(payment, at=late, now=now + DAY)
    assert Refund.objects.filter(payment=payment).count() == 1


def test_when_every_piece_is_paid_it_settles_at_once() -> None:
    """Rules 9 and 15: four of four: closed the moment the event is heard, settled by the next round."""
    now = timezone.now()
    campaign = make_open(now=now, quantity=4)
    fill(campaign, 4, now=now)
    events.drain(now=now)
    assert settle_due(now=now) == 1
    campaign.refresh_from_db()
    assert (campaign.status, campaign.close_reason, campaign.final_count) == (CampaignStatus.SUCCEEDED, "full", 4)
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 4


@pytest.mark.parametrize(
    "changes", [{"settle_when_full": False, "quantity": 4}, {"quantity": 5}], ids=["not wanted", "a piece unpaid"]
)
def test_it_waits_for_the_deadline_otherwise(changes: dict[str, Any]) -> None:
    """Rule 9: and a reserved piece is no paid piece."""
    now = timezone.now()
    campaign = make_open(now=now, **changes)
    fill(campaign, 4, now=now)
    if changes["quantity"] == 5:
        join_as(make_user(name="Bob"), campaign, now=now)
    events.drain(now=now)
    assert settle_due(now=now) == 0
    assert Campaign.objects.get().status == CampaignStatus.OPEN


def test_a_missed_campaign_is_extended_once() -> None:
    """C14, rule 10: two of three; five more hours from the closing; everybody paid stays in and may leave though
    leaving was not allowed; the second time it is missed for good."""
    now = timezone.now()
    campaign = make_open(now=now, when_missed="extend", extend_hours=5, leaving_allowed=False)
    alice, bob = fill(campaign, 2, now=now)

    extended = settle(campaign_id=campaign.pk, now=now + DAY)
    events.drain(now=now + DAY)

    assert (extended.status, extended.closes_at) == (CampaignStatus.OPEN, now + DAY + 5 * HOUR)
    assert CampaignProgress.objects.get().paid_pieces == 2
    assert Message.objects.filter(kind="campaign_extended").count() == 2
    assert Refund.objects.count() == 0
    carol = join_and_pay(make_user(name="Carol"), campaign, now=now + DAY + HOUR)
    withdraw(buyer=bob.buyer, order=bob, now=now + DAY + HOUR)
    assert settle_due(now=now + DAY + HOUR) == 0

    over = settle(campaign_id=campaign.pk, now=now + DAY + 5 * HOUR)
    assert (over.status, over.final_count) == (CampaignStatus.FAILED, 2)
    refunds = Refund.objects.values_list("payment__subject_number", "kind")
    assert set(refunds) == {(alice.number, "missed"), (bob.number, "left"), (carol.number, "missed")}


def test_an_extension_is_never_shorter_than_what_it_extends() -> None:
    """Rule 10: full on its first hour and still below its minimum of pieces, it is open for its day and 24 hours."""
    now = timezone.now()
    campaign = make_open(now=now, max_participants=2, when_missed="extend", extend_hours=24)
    fill(campaign, 2, now=now)
    events.drain(now=now)
    settle_due(now=now)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.extended_at) == (CampaignStatus.OPEN, now)
    assert campaign.closes_at == now + 2 * DAY


def test_an_extended_campaign_can_still_make_it() -> None:
    """C14, rule 10."""
    now = timezone.now()
    campaign = make_open(now=now, when_missed="extend", extend_hours=5)
    fill(campaign, 2, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    fill(campaign, 3, now=now + DAY + HOUR)
    over = settle(campaign_id=campaign.pk, now=now + DAY + 5 * HOUR)
    assert (over.status, over.final_count) == (CampaignStatus.SUCCEEDED, 5)
    assert set(OrderLine.objects.values_list("final_unit_price_fen", flat=True)) == {2690}


def test_a_subsidy_completes_it_at_the_lowest_step() -> None:
    """C14, rule 11: two of three at ¥29.90, shown as subsidised; no money moves and no member is invented."""
    now = timezone.now()
    campaign = make_open(now=now, when_missed="subsidy")
    orders = fill(campaign, 2, now=now)

    settled = settle(campaign_id=campaign.pk, now=now + DAY)
    events.drain(now=now + DAY)

    assert (settled.status, settled.subsidised, settled.final_count) == (CampaignStatus.SUCCEEDED, True, 2)
    assert settled.final_tier is not None
    assert settled.final_tier.threshold == 3
    assert set(OrderLine.objects.values_list("final_unit_price_fen", flat=True)) == {2990}
    assert (Refund.objects.count(), Participant.objects.count()) == (0, 2)
    for order in orders:
        assert "由商家补贴成团" in Message.objects.get(recipient=order.buyer, kind="campaign_succeeded").body


def test_nobody_joined_so_there_is_nothing_to_subsidise() -> None:
    """C14, rule 11."""
    now = timezone.now()
    campaign = make_open(now=now, when_missed="subsidy")
    settled = settle(campaign_id=campaign.pk, now=now + DAY)
    assert (settled.status, settled.subsidised) == (CampaignStatus.FAILED, False)


def test_freight_is_no_part_of_the_difference_and_all_of_a_refund() -> None:
    """Rule 14: ¥8.00 for the way stay when it succeeds, and come back when it is missed."""
    now = timezone.now()
    refunded = []
    for others in (4, 1):
        campaign = make_open(now=now, delivers=True, freight_fen=800)
        alice = make_user(name="Alice")
        home = add_address(user=alice, name="Alice", phone=alice.phone, region_code="330106", detail="文三路 2 号")
        order = join(
            buyer=alice,
            code=campaign.code,
            lines=lines_of(campaign, 1),
            fulfilment=FulfilmentChoice(address=home.code),
            now=now,
        )
        pay(order, at=now)
        fill(campaign, others, now=now)
        settle(campaign_id=campaign.pk, now=now + DAY)
        refunded.append(Refund.objects.get(payment__subject_number=order.number).amount_fen)
    assert refunded == [300, 3790]


def test_early_birds_get_the_difference_to_a_lower_step_only() -> None:
    """Rule 5: paid ¥25.00 as an early bird: at five pieces nothing comes back, at ten ¥1.10 does."""
    now = timezone.now()
    back = []
    for others in (4, 9):
        campaign = make_open(now=now, early_bird_orders=1, early_bird_price_fen=2500)
        early = join_and_pay(make_user(name="Alice"), campaign, now=now)
        fill(campaign, others, now=now)
        settle(campaign_id=campaign.pk, now=now + DAY)
        refunds = Refund.objects.filter(payment__subject_number=early.number)
        back.append((early.lines.get().final_unit_price_fen, sum(refunds.values_list("amount_fen", flat=True))))
    assert back == [(2500, 0), (2390, 110)]


def test_unsold_pieces_go_back_to_the_shelf_and_sold_ones_stay_sold() -> None:
    """Rule 17: fifty set aside, five sold."""
    now = timezone.now()
    campaign = make_open(now=now)
    fill(campaign, 5, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    stock = Stock.objects.get()
    assert (stock.available, stock.allotted, stock.sold) == (95, 0, 5)


def test_everybody_hears_once_in_their_own_language() -> None:
    """C6: however often the events are run; Bob reads English, the merchant hears the outcome."""
    now = timezone.now()
    campaign = make_open(now=now)
    bob = join_and_pay(make_user(name="Bob", language="en"), campaign, now=now)
    alice = fill(campaign, 4, now=now)[0]
    settle(campaign_id=campaign.pk, now=now + DAY)
    for _again in range(2):
        events.drain(now=now + DAY)
        EventDelivery.objects.update(status="waiting", due_at=now)
    events.drain(now=now + DAY)
    for order in (alice, bob):
        kinds = list(Message.objects.filter(recipient=order.buyer).order_by("kind").values_list("kind", flat=True))
        assert kinds == ["campaign_succeeded", "order_paid", "order_placed", "tier_reached", "tier_reached"]
    assert "已成团" in Message.objects.get(recipient=alice.buyer, kind="campaign_succeeded").title
    assert Message.objects.get(recipient=bob.buyer, kind="campaign_succeeded").url == f"/orders/{bob.number}/"
    owner = owner_of(campaign.merchant)
    assert Message.objects.filter(recipient=owner, kind="merchant_campaign_decided").count() == 1
