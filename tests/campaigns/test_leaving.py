"""Rules 8 and 18: leaving before the closing, and what a merchant who gives up owes everybody."""

import datetime as dt

import pytest

from campaigns.errors import CannotCancelCampaign, CannotLeave, ReasonMissing
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant, TierReached
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import close, settle
from campaigns.states import CampaignStatus, CloseReason
from catalog.models import Allotment, Stock
from common import events
from notifications.models import Message
from orders.errors import CannotCancel, NoSuchOrder, PaymentUnderWay
from orders.models import Order
from orders.services.paying import start_payment
from orders.states import OrderStatus
from payments.models import Refund
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.fixtures.gateways import NAME, ScriptedGateway, pay_at_gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def test_alice_leaves_and_everything_is_as_before(now: dt.datetime) -> None:
    """Rule 8: all her money on its way, her pieces and place free, the count down, and she may come again."""
    campaign = make_open(now=now, max_participants=5, limit_per_person=2)
    alice = make_user(name="Alice")
    order = join_and_pay(alice, campaign, 2, now=now)

    left = withdraw(buyer=alice, order=order, now=now)

    assert (left.status, left.cancel_reason) == (OrderStatus.CANCELLED, "left")
    refund = Refund.objects.get()
    assert (refund.kind, refund.amount_fen) == ("left", 5980)
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces, progress.places_taken) == (0, 0, 0)
    assert Allotment.objects.get().reserved == 0
    mine = Participant.objects.get()
    assert (mine.live_pieces, mine.live_orders, mine.paid_orders) == (0, 0, 0)
    assert join_and_pay(alice, campaign, 2, now=now).status == OrderStatus.PAID
    with pytest.raises(CannotLeave):
        withdraw(buyer=alice, order=left, now=now)
    assert Refund.objects.count() == 1


def test_one_of_two_orders_leaves_and_the_person_stays(now: dt.datetime) -> None:
    """Rules 1 and 8: by participants the count does not move until the last of them goes."""
    campaign = make_open(now=now, basis="participants")
    alice = make_user(name="Alice")
    first, second = join_and_pay(alice, campaign, 2, now=now), join_and_pay(alice, campaign, 1, now=now)
    withdraw(buyer=alice, order=first, now=now)
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces) == (1, 1)
    withdraw(buyer=alice, order=second, now=now)
    progress.refresh_from_db()
    assert (progress.paid_participants, progress.paid_pieces) == (0, 0)


def test_leavers_lose_a_step_for_the_late_and_not_for_the_early(now: dt.datetime) -> None:
    """Rule 3: Bob paid ¥26.90 at six; two leave, four remain; he keeps ¥26.90 and the others stay at ¥29.90."""
    campaign = make_open(now=now)
    early = fill(campaign, 5, now=now)
    bob = join_and_pay(make_user(name="Bob"), campaign, now=now)
    for order in early[:2]:
        withdraw(buyer=order.buyer, order=order, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert bob.lines.get().final_unit_price_fen == 2690
    assert {order.lines.get().final_unit_price_fen for order in early[2:]} == {2990}
    assert list(Refund.objects.values_list("kind", flat=True)) == ["left", "left"]


def test_where_leaving_is_not_allowed_nobody_leaves(now: dt.datetime) -> None:
    campaign = make_open(now=now, leaving_allowed=False)
    order = join_and_pay(make_user(name="Alice"), campaign, now=now)
    with pytest.raises(CannotLeave) as refused:
        withdraw(buyer=order.buyer, order=order, now=now)
    assert str(refused.value) == "现在不能退出：这个团参加后不能退出"
    assert not Refund.objects.exists()


def test_not_while_closing_and_not_after_the_deadline(now: dt.datetime) -> None:
    """Rule 8."""
    campaign = make_open(now=now)
    order = fill(campaign, 3, now=now)[0]
    with pytest.raises(CannotLeave):
        withdraw(buyer=order.buyer, order=order, now=campaign.closes_at)
    close(campaign_id=campaign.pk, reason=CloseReason.FULL, now=now)
    with pytest.raises(CannotLeave) as refused:
        withdraw(buyer=order.buyer, order=order, now=now)
    assert str(refused.value) == "现在不能退出：已截止，正在结算"
    settle(campaign_id=campaign.pk, now=now)
    with pytest.raises(CannotLeave):
        withdraw(buyer=order.buyer, order=order, now=now)
    order.refresh_from_db()
    assert order.status == OrderStatus.PREPARING
    assert not Refund.objects.exists()


def test_bob_cannot_take_alices_order_back(now: dt.datetime) -> None:
    """Reliability 20: it is not there for him, paid or not."""
    campaign = make_open(now=now)
    for order in (join_as(make_user(name="Alice"), campaign, now=now), fill(campaign, 1, now=now)[0]):
        with pytest.raises(NoSuchOrder):
            withdraw(buyer=make_user(name="Bob"), order=order, now=now)
    assert set(Order.objects.values_list("status", flat=True)) == {"pending_payment", "paid"}


def test_an_unpaid_order_is_cancelled_and_its_payment_closed(now: dt.datetime) -> None:
    """D2: nothing to refund, and the page she still has open cannot take her money any more."""
    campaign = make_open(now=now)
    order = join_as(make_user(name="Alice"), campaign, 2, now=now)
    payment = start_payment(order=order, gateway=NAME, now=now)
    cancelled = withdraw(buyer=order.buyer, order=order, now=now)
    assert (cancelled.status, cancelled.cancel_reason) == (OrderStatus.CANCELLED, "buyer")
    assert ScriptedGateway.closed == {payment.number}
    assert Allotment.objects.get().reserved == 0
    assert not Refund.objects.exists()


def test_cancelling_finds_that_it_was_paid(now: dt.datetime) -> None:
    """D2: the message was lost; the gateway says paid, so it is paid, and she may leave in the next breath."""
    campaign = make_open(now=now)
    order = join_as(make_user(name="Alice"), campaign, now=now)
    pay_at_gateway(start_payment(order=order, gateway=NAME, now=now), at=now)
    with pytest.raises(CannotCancel):
        withdraw(buyer=order.buyer, order=order, now=now)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert withdraw(buyer=order.buyer, order=order, now=now).cancel_reason == "left"


def test_whoever_is_typing_the_password_cannot_cancel(now: dt.datetime) -> None:
    campaign = make_open(now=now)
    order = join_as(make_user(name="Alice"), campaign, now=now)
    ScriptedGateway.paying.add(start_payment(order=order, gateway=NAME, now=now).number)
    with pytest.raises(PaymentUnderWay):
        withdraw(buyer=order.buyer, order=order, now=now)
    assert Allotment.objects.get().reserved == 1


def test_a_step_is_told_once_however_often_it_is_passed(now: dt.datetime) -> None:
    """Rule 8: three, two, three again: one message each."""
    campaign = make_open(now=now)
    orders = fill(campaign, 3, now=now)
    events.drain(now=now)
    withdraw(buyer=orders[0].buyer, order=orders[0], now=now)
    newcomer = join_and_pay(make_user(name="Bob"), campaign, now=now)
    events.drain(now=now)
    told = list(Message.objects.filter(kind="tier_reached").values_list("recipient_id", flat=True))
    assert sorted(told) == sorted(order.buyer_id for order in orders)
    assert newcomer.buyer_id not in told
    assert TierReached.objects.count() == 1


def test_a_merchant_gives_up_and_everybody_gets_everything(now: dt.datetime) -> None:
    """C6, rule 18: the paid are refunded and read the reason, the unpaid lapse, the shelf has its pieces back."""
    campaign = make_open(now=now)
    orders = fill(campaign, 6, now=now)
    waiting = join_as(make_user(name="Bob"), campaign, now=now)
    owner = owner_of(campaign.merchant)
    with pytest.raises(ReasonMissing):
        cancel(campaign=campaign, actor_id=owner.pk, reason=" ", now=now)

    cancel(campaign=campaign, actor_id=owner.pk, reason="霜冻，苹果没了", now=now)
    settled = settle(campaign_id=campaign.pk, now=now)
    events.drain(now=now)

    assert (settled.status, settled.close_reason, settled.final_count) == (CampaignStatus.CANCELLED, "merchant", 6)
    assert sorted(Refund.objects.values_list("payment__subject_number", "kind", "amount_fen")) == sorted(
        (order.number, "cancelled", order.payable_fen) for order in orders
    )
    for order in orders:
        message = Message.objects.get(recipient=order.buyer, kind="campaign_cancelled")
        assert "霜冻，苹果没了" in message.body
    waiting.refresh_from_db()
    assert waiting.status == OrderStatus.EXPIRED
    stock = Stock.objects.get()
    assert (stock.available, stock.allotted, stock.sold) == (100, 0, 0)
    assert not CampaignOrder.objects.filter(order__status="preparing").exists()


def test_what_is_decided_is_not_cancelled(now: dt.datetime) -> None:
    """Rule 13: nor what is being settled."""
    campaign = make_open(now=now)
    fill(campaign, 3, now=now)
    close(campaign_id=campaign.pk, reason=CloseReason.FULL, now=now)
    owner = owner_of(campaign.merchant)
    for _step in range(2):
        with pytest.raises(CannotCancelCampaign):
            cancel(campaign=Campaign.objects.get(), actor_id=owner.pk, reason="霜冻", now=now)
        settle(campaign_id=campaign.pk, now=now)
    assert Campaign.objects.get().status == CampaignStatus.SUCCEEDED
