"""G1: a coupon's way through an order: held, used, back again; and whose cost it was."""

import datetime as dt

import pytest

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import join, quote
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from marketing.errors import CouponTaken
from marketing.models import Coupon, CouponTemplate
from marketing.promotion_plans import StepPlan
from orders.models import Order, PriceLine
from orders.quotes import Quote
from orders.services.after_sales import refund_lines
from orders.services.ending import expire_due
from payments.selectors.ledger import Money, money_of, standing
from payments.services import ledger
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, fill, join_and_pay, join_as, lines_of, make_open, make_point, pay
from tests.factories.marketing import give_coupon, make_promotion, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


@pytest.fixture
def campaign(now: dt.datetime) -> Campaign:
    """Apples at ¥29.90."""
    merchant = make_merchant(now=now)
    return make_open(merchant, now=now, points=[make_point(merchant, leader=make_user(name="Lena"))])


@pytest.fixture
def template(campaign: Campaign, now: dt.datetime) -> CouponTemplate:
    """¥5 off from ¥20 on, of the apples' merchant."""
    return make_template(campaign.merchant, now=now)


def ask(buyer: User, campaign: Campaign, pieces: int = 1, *, now: dt.datetime, **choices: str) -> Quote:
    return quote(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, pieces),
        fulfilment=choice_of(campaign),
        choices=choices,
        now=now,
    )


def place(buyer: User, campaign: Campaign, quoted: Quote, *, now: dt.datetime, **choices: str) -> Order:
    return join(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, 1),
        fulfilment=choice_of(campaign),
        choices=choices,
        quote_token=quoted.token,
        now=now,
    )


def where(coupon: Coupon) -> tuple[str, Order | None]:
    found = Coupon.objects.get(pk=coupon.pk)
    return found.status, found.order


def test_the_best_coupon_applies_by_itself_and_is_held_until_the_order_is_paid(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    """G1 G13: Alice sees ¥29.90 − ¥5.00; held while she pays, used once she has."""
    coupon = give_coupon(alice, template, now=now)
    order = join_as(alice, campaign, now=now)
    assert (order.goods_fen, where(coupon)) == (2490, ("held", order))
    line = PriceLine.objects.get(order=order, code="coupon")
    assert (line.amount_fen, line.funder, line.detail) == (
        -500,
        "merchant",
        {"coupon": coupon.code, "name": "满 20 减 5"},
    )
    pay(order, at=now + HOUR / 6)
    assert where(coupon) == ("used", order)
    assert Coupon.objects.get(pk=coupon.pk).used_at == now + HOUR / 6


def test_a_second_order_is_told_that_the_coupon_is_busy(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    """G1: one coupon, one order; a quote made before says so when it is placed."""
    give_coupon(alice, template, now=now)
    early = ask(alice, campaign, now=now)
    join_as(alice, campaign, now=now)
    [offer] = ask(alice, campaign, now=now).offers
    assert (offer.applied, offer.reason) == (False, "被另一个没付款的订单占用")
    with pytest.raises(CouponTaken):
        place(alice, campaign, early, now=now)
    assert Order.objects.count() == 1


def test_nobody_uses_anothers_coupon(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    """I29: Bob's choice of Alice's coupon is no coupon at all."""
    coupon = give_coupon(alice, template, now=now)
    quoted = ask(make_user(name="Bob"), campaign, now=now, coupon=coupon.code)
    assert (quoted.payable_fen, quoted.offers) == (2990, ())


def test_an_order_that_expires_frees_its_coupon(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    coupon = give_coupon(alice, template, now=now)
    join_as(alice, campaign, now=now)
    expire_due(now=now + HOUR)
    assert where(coupon) == ("claimed", None)
    assert Coupon.objects.get(pk=coupon.pk).returned_at is None
    assert join_as(alice, campaign, now=now + HOUR).goods_fen == 2490


@pytest.mark.parametrize(("returns", "status"), [(True, "claimed"), (False, "used")])
def test_leaving_returns_the_coupon_where_its_rule_says_so(
    returns: bool, status: str, alice: User, campaign: Campaign, now: dt.datetime
) -> None:
    """G1: returned once on cancel, by rule."""
    coupon = give_coupon(alice, make_template(campaign.merchant, now=now, returns_on_refund=returns), now=now)
    order = join_and_pay(alice, campaign, now=now)
    withdraw(buyer=alice, order=order, now=now + HOUR)
    assert where(coupon)[0] == status


def test_a_missed_campaign_gives_everybody_their_coupon_back_and_days_to_use_it(
    alice: User, campaign: Campaign, now: dt.datetime
) -> None:
    """G1: the coupon ended while the campaign ran; it is good for three days more."""
    coupon = give_coupon(alice, make_template(campaign.merchant, now=now, valid_days=1), now=now)
    join_and_pay(alice, campaign, now=now)
    settle(campaign_id=campaign.pk, now=now + 2 * DAY)
    found = Coupon.objects.get(pk=coupon.pk)
    assert (found.status, found.returned_at) == ("claimed", now + 2 * DAY)
    assert found.valid_until == now + 5 * DAY


def test_a_full_after_sales_refund_returns_it_and_a_part_does_not(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    """G1: ¥10.00 of ¥24.90 back: used. The rest back: returned, once, however often the news comes."""
    coupon = give_coupon(alice, template, now=now)
    order = join_and_pay(alice, campaign, now=now)
    fill(campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    line = order.lines.get()
    line.refresh_from_db()

    def refund(fen: int) -> None:
        refund_lines(
            merchant=campaign.merchant,
            number=order.number,
            by_line={line.pk: fen},
            reason="坏果",
            actor_id=owner_of(campaign.merchant).pk,
            now=now + DAY,
        )
        events.drain(now=now + DAY)

    refund(1000)
    assert where(coupon) == ("used", order)
    line.refresh_from_db()
    refund(line.paid_fen - line.refunded_fen)
    assert where(coupon) == ("claimed", None)


def test_what_was_quoted_is_charged_though_the_coupon_ends_meanwhile(
    alice: User, campaign: Campaign, now: dt.datetime
) -> None:
    """G13: the quote lives fifteen minutes, and so does its coupon."""
    ends = now + HOUR / 12
    template = make_template(campaign.merchant, now=now, valid_days=None, valid_from=now - DAY, valid_until=ends)
    give_coupon(alice, template, now=now)
    quoted = ask(alice, campaign, now=now)
    assert place(alice, campaign, quoted, now=now + HOUR / 6).goods_fen == 2490
    assert ask(alice, campaign, now=now + HOUR / 6).payable_fen == 2990


def test_a_coupon_of_the_platform_is_its_subsidy_and_one_of_the_merchant_its_cost(
    alice: User, campaign: Campaign, template: CouponTemplate, now: dt.datetime
) -> None:
    """G1 F4: the ledger says whose cost it was."""
    give_coupon(alice, make_template(now=now, amount_fen=600), now=now)
    order = join_and_pay(alice, campaign, now=now)
    assert order.payable_fen == 2390
    assert money_of("order", [order.number]) == Money(captured_fen=2390, subsidised_fen=600, held_fen=2990)
    assert standing(ledger.subsidy()) == 600
    bob = make_user(name="Bob")
    give_coupon(bob, template, now=now)
    other = join_and_pay(bob, campaign, now=now)
    assert money_of("order", [other.number]) == Money(captured_fen=2490, held_fen=2490)
    withdraw(buyer=alice, order=order, now=now)
    assert standing(ledger.subsidy()) == 0


def test_a_coupon_goes_with_a_promotion_only_where_it_says_so(
    alice: User, campaign: Campaign, now: dt.datetime
) -> None:
    """G2 G13: 满 20 减 3 comes first; the coupon that does not stack says so, the other judges what is left."""
    make_promotion(campaign.merchant, steps=(StepPlan(2000, off_fen=300),), now=now)
    give_coupon(alice, make_template(campaign.merchant, now=now, stacks=False, name="单独用"), now=now)
    assert [(one.title, one.reason) for one in ask(alice, campaign, now=now).offers if one.rule == "coupon"] == [
        ("单独用", "与满减不可同用")
    ]
    give_coupon(alice, make_template(campaign.merchant, now=now), now=now)
    order = join_as(alice, campaign, now=now)
    lines = order.price_lines.order_by("position").values_list("code", "amount_fen")
    assert list(lines) == [("list_price", 3990), ("campaign_price", -1000), ("promotion", -300), ("coupon", -500)]
    assert order.payable_fen == 2190
