"""C1 C15: what joining costs, line by line; what is charged; and every way to be told no."""

import datetime as dt
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.services.addresses import add_address, remove_address
from campaigns.errors import (
    CampaignClosed,
    EarlyBirdGone,
    Full,
    LimitReached,
    NoSuchCampaign,
    NotOpenYet,
    QuoteForSomethingElse,
)
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant
from campaigns.services.joining import join, quote
from campaigns.services.settling import settle
from catalog.errors import SellingClosed, SoldOut
from catalog.models import Allotment
from common import events
from common.errors import Refusal
from orders.errors import (
    BadQuantity,
    BadQuote,
    DeliveryNotOffered,
    FulfilmentMissing,
    NothingOrdered,
    PlacingDenied,
    QuoteExpired,
    SkuTwice,
    UnknownAddress,
    UnknownPickupPoint,
    UnknownSku,
)
from orders.models import Order, PriceLine
from orders.quotes import SALT, FulfilmentChoice, LineRequest, Quote
from orders.services.ending import expire_due
from orders.services.pickup_points import PointDetails, save_point
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import (
    choice_of,
    fill,
    join_and_pay,
    join_as,
    lines_of,
    make_draft,
    make_open,
    make_point,
    pay,
)
from tests.factories.catalog import make_sku
from tests.factories.marketing import give_coupon, make_gift_promotion, make_promotion, make_template
from tests.factories.members import give_points, make_standing
from tests.factories.risk import make_detectors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def campaign(now: dt.datetime) -> Campaign:
    """From 3 pieces on ¥29.90, from 5 on ¥26.90, from 10 on ¥23.90; ¥39.90 each without the group."""
    return make_open(now=now)


@pytest.fixture
def alice(campaign: Campaign) -> User:
    return make_user(name="Alice")


def ask(buyer: User, campaign: Campaign, *quantities: int, now: dt.datetime, **changes: Any) -> Quote:
    wanted: dict[str, Any] = {"lines": lines_of(campaign, *quantities), "fulfilment": choice_of(campaign)}
    return quote(buyer=buyer, code=campaign.code, now=now, **wanted | changes)


def join_with(buyer: User, campaign: Campaign, quoted: Quote | str, *quantities: int, now: dt.datetime) -> Order:
    return join(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, *quantities),
        fulfilment=choice_of(campaign),
        quote_token=quoted if isinstance(quoted, str) else quoted.token,
        now=now,
    )


def steps(quoted: Quote) -> list[tuple[str, int, int | None]]:
    return [(line.code, line.amount_fen, line.item) for line in quoted.price_lines]


def nothing_taken() -> bool:
    return not Order.objects.exists() and not Participant.objects.exists() and Allotment.objects.get().reserved == 0


# What it costs


def test_a_quote_explains_every_fen_and_takes_nothing(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """C1 C15, rule 2: two at the lowest step's price while nobody has paid."""
    quoted = ask(alice, campaign, 2, now=now)
    assert steps(quoted) == [("list_price", 7980, 0), ("campaign_price", -2000, 0)]
    assert (quoted.goods_fen, quoted.freight_fen, quoted.payable_fen) == (5980, 0, 5980)
    assert (quoted.items[0].unit_price_fen, quoted.items[0].paid_fen) == (2990, 5980)
    assert quoted.expires_at == now + 15 * MINUTE
    assert nothing_taken()


def asked_of(buyer: User, campaign: Campaign, *, now: dt.datetime) -> tuple[int, set[str]]:
    """How many queries a quote makes that is not the first of its second, and whose rules have something to offer."""
    lines, choice = lines_of(campaign, 2), choice_of(campaign)
    first = quote(buyer=buyer, code=campaign.code, lines=lines, fulfilment=choice, now=now)
    with CaptureQueriesContext(connection) as asked:
        again = quote(buyer=buyer, code=campaign.code, lines=lines, fulfilment=choice, now=now)
    assert again == first
    return len(asked), {offer.rule for offer in again.offers}


def test_a_quote_asks_one_question(campaign: Campaign, alice: User, now: dt.datetime, settings: Settings) -> None:
    """The hot path: one query about campaign and person, with what all apps want to know; tiers, promotions of the
    shop or of this campaign, and how the detectors are set are at hand."""
    settings.DEFINITION_SECONDS = 60
    make_detectors()
    make_promotion(campaign.merchant, now=now)
    make_promotion(campaign.merchant, now=now, scope="campaigns", campaigns=(campaign.code,))
    give_points(alice, 500, now=now)
    assert asked_of(alice, campaign, now=now) == (1, {"promotion", "points"})


def test_whoever_holds_benefits_is_asked_about_once_more(
    campaign: Campaign, alice: User, now: dt.datetime, settings: Settings
) -> None:
    """One query more for all of it: coupons, gifts that may run out, and prices of one's own."""
    settings.DEFINITION_SECONDS = 60
    merchant, sku = campaign.merchant, campaign.skus.get().sku
    make_detectors()
    make_gift_promotion(merchant, make_sku(merchant, name="梨"), now=now)
    for template in (make_template(merchant, ("product", sku.product.code), now=now), make_template(now=now)):
        give_coupon(alice, template, now=now)
    make_standing(alice, "gold", now=now)
    assert asked_of(alice, campaign, now=now) == (2, {"promotion", "coupon"})


def test_terms_are_at_hand_until_their_version_is_over(
    campaign: Campaign, alice: User, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process asks the cache for a version once; the next version is read anew."""
    ask(alice, campaign, 2, now=now)
    with monkeypatch.context() as without:
        without.setattr(cache, "get", lambda *_args: pytest.fail("the terms were at hand"))
        assert ask(alice, campaign, 2, now=now).freight_fen == 0
    Campaign.objects.filter(pk=campaign.pk).update(payment_minutes=20, version=F("version") + 1)
    assert ask(alice, campaign, 2, now=now).pay_minutes == 20


def test_an_order_freezes_the_quote(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """C1: lines, price lines, deadline; the person, the pieces and nothing else taken."""
    order = join_with(alice, campaign, ask(alice, campaign, 2, now=now), 2, now=now + MINUTE)
    assert (order.status, order.payable_fen, order.pay_by) == ("pending_payment", 5980, now + 16 * MINUTE)
    assert [(line.code, line.amount_fen) for line in PriceLine.objects.order_by("position")] == [
        ("list_price", 7980),
        ("campaign_price", -2000),
    ]
    mine = Participant.objects.get()
    assert (mine.user, mine.live_pieces, mine.live_orders, mine.paid_orders) == (alice, 2, 1, 0)
    assert Allotment.objects.get().reserved == 2
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces) == (0, 0)


def test_the_payment_deadline_is_never_after_the_closing(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """Rule 7: five minutes before closing one has five minutes to pay."""
    order = join_as(alice, campaign, now=campaign.closes_at - 5 * MINUTE)
    assert order.pay_by == campaign.closes_at


def test_the_quote_is_charged_though_the_ladder_moved(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """Rule 2: quoted at ¥29.90, meanwhile five neighbours paid; Bob, who asks now, pays ¥26.90."""
    quoted = ask(alice, campaign, now=now)
    fill(campaign, 5, now=now)
    assert join_with(alice, campaign, quoted, now=now + 14 * MINUTE).payable_fen == 2990
    assert ask(make_user(name="Bob"), campaign, now=now).payable_fen == 2690


def test_joining_without_a_quote_is_charged_what_a_quote_would_say(campaign: Campaign, now: dt.datetime) -> None:
    fill(campaign, 4, now=now)
    bob = make_user(name="Bob")
    assert ask(bob, campaign, 3, now=now).payable_fen == join_as(bob, campaign, 3, now=now).payable_fen == 8970


def test_unpaid_orders_do_not_move_the_ladder(campaign: Campaign, now: dt.datetime) -> None:
    """Rule 1: only paid ones count."""
    for name in ("Alice", "Bob", "Carol", "Dan", "Eve"):
        join_as(make_user(name=name), campaign, now=now)
    assert ask(make_user(name="Frank"), campaign, now=now).payable_fen == 2990


def test_two_orders_of_one_person_are_one_participant(now: dt.datetime) -> None:
    """Rules 1 and 12: by participants, Alice's two orders and five pieces count one."""
    campaign = make_open(now=now, basis="participants")
    alice = make_user(name="Alice")
    join_and_pay(alice, campaign, 2, now=now)
    join_and_pay(alice, campaign, 3, now=now)
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces) == (1, 5)
    mine = Participant.objects.get()
    assert (mine.live_orders, mine.paid_orders, mine.live_pieces) == (2, 2, 5)
    assert ask(make_user(name="Bob"), campaign, now=now).payable_fen == 2990


# Quotes that do not hold


def test_after_fifteen_minutes_a_quote_is_void(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """Rule 2."""
    quoted = ask(alice, campaign, now=now)
    with pytest.raises(QuoteExpired):
        join_with(alice, campaign, quoted, now=now + 15 * MINUTE)
    assert nothing_taken()


def test_a_forged_quote_buys_nothing(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """Reliability 19: a letter changed, a signature of something else, or plain nonsense."""
    token = ask(alice, campaign, now=now).token
    others = signing.dumps({"payable_fen": 1}, salt=SALT + ".other")
    for forged in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "x" + token, others, "nonsense"):
        with pytest.raises(BadQuote):
            join_with(alice, campaign, forged, now=now)
    assert nothing_taken()


@pytest.mark.parametrize("other", ["person", "campaign", "quantity", "sku", "point"])
def test_a_quote_answers_one_question_only(other: str, alice: User, now: dt.datetime) -> None:
    """Reliability 19: not for Bob, nor another campaign, nor more pieces, nor another SKU, nor another place."""
    merchant = make_merchant(now=now)
    points = [make_point(merchant, "东门"), make_point(merchant, "西门")]
    apples = make_open(merchant, now=now, points=points)
    pears = make_open(merchant, now=now, points=points)
    east, west = (FulfilmentChoice(pickup_point=point.code) for point in points)
    quoted = ask(alice, apples, now=now, fulfilment=east)
    asked: dict[str, Any] = {
        "buyer": alice,
        "code": apples.code,
        "lines": lines_of(apples, 1),
        "fulfilment": east,
    }
    others: dict[str, dict[str, Any]] = {
        "person": {"buyer": make_user(name="Bob")},
        "campaign": {"code": pears.code, "lines": lines_of(pears, 1)},
        "quantity": {"lines": lines_of(apples, 2)},
        "sku": {"lines": lines_of(pears, 1)},
        "point": {"fulfilment": west},
    }
    with pytest.raises(QuoteForSomethingElse):
        join(quote_token=quoted.token, now=now, **asked | others[other])
    assert not Order.objects.exists()


def test_a_quote_does_not_open_a_gate_that_has_closed(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    """Rule 2: closed refuses it; the pieces stay where they are."""
    quoted = ask(alice, campaign, now=campaign.closes_at - MINUTE)
    with pytest.raises(CampaignClosed):
        join_with(alice, campaign, quoted, now=campaign.closes_at)
    assert nothing_taken()
    early = ask(alice, campaign, now=now)
    settle(campaign_id=campaign.pk, now=campaign.closes_at)
    with pytest.raises(SellingClosed):
        join_with(alice, campaign, early, now=now)
    assert not Order.objects.exists()


# Being told no


REFUSED: list[tuple[list[tuple[str, int]], type[Refusal]]] = [
    ([], NothingOrdered),
    ([("mine", 0)], BadQuantity),
    ([("mine", -1)], BadQuantity),
    ([("mine", 10_000)], BadQuantity),
    ([("mine", 10**9)], BadQuantity),
    ([("NOTHING", 1)], UnknownSku),
    ([("elsewhere", 1)], UnknownSku),
    ([("mine", 1), ("mine", 1)], SkuTwice),
    ([("mine", 51)], SoldOut),
]


@pytest.mark.parametrize(("wanted", "refusal"), REFUSED)
def test_what_cannot_be_ordered(
    wanted: list[tuple[str, int]], refusal: type[Refusal], campaign: Campaign, alice: User, now: dt.datetime
) -> None:
    """C1: −1, 0, 10⁹, unknown, twice, another merchant's, more than there are."""
    codes = {"mine": campaign.skus.get().sku.code, "elsewhere": make_sku(make_merchant("梨园", now=now)).code}
    lines = [LineRequest(codes.get(sku, sku), quantity) for sku, quantity in wanted]
    for ways in (quote, join):
        with pytest.raises(refusal):
            ways(buyer=alice, code=campaign.code, lines=lines, fulfilment=choice_of(campaign), now=now)
    assert nothing_taken()


def test_before_opening_one_hears_when(now: dt.datetime) -> None:
    """C1: a draft is not there at all; a scheduled one says when it opens."""
    draft = make_draft(now=now)
    alice = make_user(name="Alice")
    with pytest.raises(NoSuchCampaign):
        ask(alice, draft, now=now)
    Campaign.objects.filter(pk=draft.pk).update(status="scheduled")
    with pytest.raises(NotOpenYet) as refused:
        ask(alice, draft, now=now - HOUR)
    assert refused.value.params == {"opens": "05-20 12:00"}
    Campaign.objects.filter(pk=draft.pk).update(status="draft")


def test_at_the_deadline_it_is_over_though_no_worker_came_yet(
    campaign: Campaign, alice: User, now: dt.datetime
) -> None:
    """C6: the clock decides, not the sweep."""
    assert ask(alice, campaign, now=campaign.closes_at - MINUTE).payable_fen == 2990
    with pytest.raises(CampaignClosed):
        ask(alice, campaign, now=campaign.closes_at)
    assert Campaign.objects.get(pk=campaign.pk).status == "open"


def test_the_limit_is_over_all_orders_and_skus_of_a_person(now: dt.datetime) -> None:
    """Rule 12: five each; four are taken, so two are too many; what expires comes back."""
    merchant = make_merchant(now=now)
    campaign = make_open(merchant, now=now, skus=[make_sku(merchant), make_sku(merchant)], limit_per_person=5)
    alice = make_user(name="Alice")
    old = ask(alice, campaign, 2, now=now)
    join_as(alice, campaign, 2, 2, now=now)
    with pytest.raises(LimitReached) as refused:
        ask(alice, campaign, 1, 1, now=now)
    assert refused.value.params == {"limit": 5, "taken": 4, "left": 1}
    with pytest.raises(LimitReached):
        join_with(alice, campaign, old, 2, now=now)
    assert ask(make_user(name="Bob"), campaign, 5, now=now).payable_fen == 5 * 2990
    assert expire_due(now=now + 15 * MINUTE) == 1
    assert Participant.objects.get().live_pieces == 0
    assert join_as(alice, campaign, 5, now=now + 16 * MINUTE).payable_fen == 5 * 2990


def test_places_are_people_not_orders(now: dt.datetime) -> None:
    """C1: two places; Alice may order twice, Carol is the third person and waits until somebody lapses."""
    campaign = make_open(now=now, max_participants=2)
    alice, bob, carol = (make_user(name=name) for name in ("Alice", "Bob", "Carol"))
    old = ask(carol, campaign, now=now)
    for buyer in (alice, alice, bob):
        join_as(buyer, campaign, now=now)
    assert CampaignProgress.objects.get().places_taken == 2
    for way in (lambda: ask(carol, campaign, now=now), lambda: join_with(carol, campaign, old, now=now)):
        with pytest.raises(Full):
            way()
    assert join_as(alice, campaign, now=now).status == "pending_payment"
    expire_due(now=now + 15 * MINUTE)
    assert CampaignProgress.objects.get().places_taken == 0
    assert join_as(carol, campaign, now=now + 16 * MINUTE).status == "pending_payment"


def test_the_merchants_own_staff_cannot_join(campaign: Campaign, now: dt.datetime) -> None:
    """Rule 16: nobody fills their own group."""
    for person in (owner_of(campaign.merchant), make_staff(campaign.merchant)):
        with pytest.raises(PlacingDenied) as refused:
            join_as(person, campaign, now=now)
        assert str(refused.value) == "不能参加自己店的团"
    assert nothing_taken()


def test_a_leader_may_join_and_earns_nothing_on_their_own(now: dt.datetime) -> None:
    """Rule 16: counted like anybody; the rate frozen on the order is nought, and 5 % on a neighbour's."""
    merchant = make_merchant(now=now)
    lena = make_user(name="Lena")
    campaign = make_open(merchant, now=now, points=[make_point(merchant, leader=lena)])
    mine = join_and_pay(lena, campaign, now=now)
    theirs = join_and_pay(make_user(name="Bob"), campaign, now=now)
    assert (mine.leader, mine.leader_rate_bp) == (lena, 0)
    assert (theirs.leader, theirs.leader_rate_bp) == (lena, 500)
    assert CampaignProgress.objects.get().paid_participants == 2


def test_a_new_leader_leads_from_now_on(now: dt.datetime) -> None:
    """D5: the terms in the cache give way when a point changes; orders placed keep the leader they were placed with."""
    merchant = make_merchant(now=now)
    lena, lars = make_user(name="Lena"), make_user(name="Lars")
    point = make_point(merchant, leader=lena)
    campaign = make_open(merchant, now=now, points=[point])
    before = join_as(make_user(name="Alice"), campaign, now=now)
    details = PointDetails(name=point.name, address=point.address, leader_phone=lars.phone, commission_bp=300)
    save_point(merchant=merchant, actor_id=owner_of(merchant).pk, details=details, point=point)
    events.drain(now=now)
    after = join_as(make_user(name="Bob"), campaign, now=now)
    before.refresh_from_db()
    assert (before.leader, before.leader_rate_bp) == (lena, 500)
    assert (after.leader, after.leader_rate_bp) == (lars, 300)


# Where it goes


def test_a_delivery_costs_freight_once_and_from_an_amount_on_nothing(now: dt.datetime) -> None:
    """Rule 14: a line of its own, judged on the goods at placing."""
    campaign = make_open(now=now, delivers=True, freight_fen=800, free_freight_from_fen=8970)
    alice = make_user(name="Alice")
    home = add_address(user=alice, name="Alice", phone=alice.phone, region_code="330106", detail="文三路 2 号")
    to_alice = FulfilmentChoice(address=home.code)
    two = ask(alice, campaign, 2, now=now, fulfilment=to_alice)
    assert steps(two) == [("list_price", 7980, 0), ("campaign_price", -2000, 0), ("freight", 800, None)]
    assert (two.goods_fen, two.freight_fen, two.payable_fen) == (5980, 800, 6780)
    assert ask(alice, campaign, 3, now=now, fulfilment=to_alice).payable_fen == 8970
    assert ask(alice, campaign, 2, now=now).freight_fen == 0
    order = join(buyer=alice, code=campaign.code, lines=lines_of(campaign, 2), fulfilment=to_alice, now=now)
    assert (order.recipient_name, order.delivery_detail, order.pickup_point) == ("Alice", "文三路 2 号", None)


@pytest.mark.parametrize(
    ("choice", "refusal"),
    [
        (FulfilmentChoice(), FulfilmentMissing),
        (FulfilmentChoice(pickup_point="NOWHERE"), UnknownPickupPoint),
        (FulfilmentChoice(address="HOME"), UnknownAddress),
    ],
)
def test_it_must_go_somewhere(choice: FulfilmentChoice, refusal: type[Refusal], now: dt.datetime) -> None:
    campaign = make_open(now=now, delivers=True)
    with pytest.raises(refusal):
        ask(make_user(name="Alice"), campaign, now=now, fulfilment=choice)


def test_no_delivery_where_none_is_offered(campaign: Campaign, alice: User, now: dt.datetime) -> None:
    home = add_address(user=alice, name="Alice", phone=alice.phone, region_code="330106", detail="文三路 2 号")
    with pytest.raises(DeliveryNotOffered):
        ask(alice, campaign, now=now, fulfilment=FulfilmentChoice(address=home.code))


def test_somebody_elses_address_is_not_there(now: dt.datetime) -> None:
    """Reliability 20: by quote, and after it was removed."""
    campaign = make_open(now=now, delivers=True)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    home = add_address(user=alice, name="Alice", phone=alice.phone, region_code="330106", detail="文三路 2 号")
    to_alice = FulfilmentChoice(address=home.code)
    with pytest.raises(UnknownAddress):
        ask(bob, campaign, now=now, fulfilment=to_alice)
    quoted = ask(alice, campaign, now=now, fulfilment=to_alice)
    remove_address(address=home, now=now)
    with pytest.raises(UnknownAddress):
        join(
            buyer=alice,
            code=campaign.code,
            lines=lines_of(campaign),
            fulfilment=to_alice,
            quote_token=quoted.token,
            now=now,
        )
    assert nothing_taken()


# Early birds


def test_the_first_two_orders_are_early_birds(now: dt.datetime) -> None:
    """Rule 5: the whole order at ¥19.90; the third pays the ladder; what expires is free for the next."""
    campaign = make_open(now=now, early_bird_orders=2, early_bird_price_fen=1990)
    alice, bob, carol, dan = (make_user(name=name) for name in ("Alice", "Bob", "Carol", "Dan"))
    first = join_as(alice, campaign, 3, now=now)
    pay(join_as(bob, campaign, now=now), at=now)
    assert join_as(carol, campaign, now=now).payable_fen == 2990
    assert (first.payable_fen, list(first.price_lines.order_by("position").values_list("code", flat=True))) == (
        5970,
        ["list_price", "early_bird"],
    )
    assert CampaignOrder.objects.filter(early_bird=True).count() == 2
    expire_due(now=now + 15 * MINUTE)
    assert CampaignProgress.objects.get().early_birds == 1
    assert join_as(dan, campaign, now=now + 16 * MINUTE).payable_fen == 1990


def test_a_quoted_early_bird_price_needs_the_slot(now: dt.datetime) -> None:
    """Rules 2 and 5: two were quoted, one slot was left; the slower one is told, and takes nothing."""
    campaign = make_open(now=now, early_bird_orders=1, early_bird_price_fen=1990)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    quotes = [ask(buyer, campaign, now=now) for buyer in (alice, bob)]
    assert [quoted.payable_fen for quoted in quotes] == [1990, 1990]
    join_with(alice, campaign, quotes[0], now=now)
    with pytest.raises(EarlyBirdGone):
        join_with(bob, campaign, quotes[1], now=now)
    assert Order.objects.get().buyer == alice
    assert join_as(bob, campaign, now=now).payable_fen == 2990


def test_early_birds_by_the_clock(now: dt.datetime) -> None:
    """Rule 5: until one o'clock, however many; a quote of before is charged after."""
    campaign = make_open(now=now, early_bird_until=now + HOUR, early_bird_price_fen=1990)
    for name in ("Alice", "Bob", "Carol"):
        assert join_as(make_user(name=name), campaign, now=now).payable_fen == 1990
    dan = make_user(name="Dan")
    quoted = ask(dan, campaign, now=now + HOUR - MINUTE)
    assert ask(dan, campaign, now=now + HOUR).payable_fen == 2990
    assert join_with(dan, campaign, quoted, now=now + HOUR).payable_fen == 1990
    assert not Order.objects.filter(claims__kind="early_bird").exists()


def test_an_early_bird_never_pays_more_than_the_ladder(now: dt.datetime) -> None:
    """Rule 5: where the ladder has fallen below the early-bird price, the ladder holds and no slot is wasted; each SKU
    of an early-bird order costs the lower of its two prices."""
    merchant = make_merchant(now=now)
    campaign = make_open(
        merchant,
        now=now,
        skus=[make_sku(merchant), make_sku(merchant)],
        early_bird_orders=9,
        early_bird_price_fen=2500,
    )
    join_and_pay(make_user(name="Alice"), campaign, 10, now=now)
    bob = make_user(name="Bob")
    assert ask(bob, campaign, 1, now=now).payable_fen == 2390
    pears = campaign.skus.order_by("position")[1]
    Campaign.objects.filter(pk=campaign.pk).update(version=campaign.version + 1)
    type(pears).objects.filter(pk=pears.pk).update(early_bird_price_fen=2000)
    quoted = ask(bob, campaign, 1, 1, now=now)
    assert [item.unit_price_fen for item in quoted.items] == [2390, 2000]
    assert [claim.kind for claim in quoted.claims].count("early_bird") == 1


# Several SKUs


def test_several_skus_share_the_ladder_and_sell_out_apart(now: dt.datetime) -> None:
    """Rules 1 and 15: apples run out, pears go on; the count is over both; the basket is all or nothing."""
    merchant = make_merchant(now=now)
    apples, pears = make_sku(merchant), make_sku(merchant, price_fen=4990)
    campaign = make_open(merchant, now=now, skus=[apples, pears], quantity=3)
    quoted = ask(make_user(name="Alice"), campaign, 1, 2, now=now)
    assert steps(quoted) == [
        ("list_price", 3990, 0),
        ("list_price", 9980, 1),
        ("campaign_price", -1000, 0),
        ("campaign_price", -4000, 1),
    ]
    join_and_pay(make_user(name="Alice"), campaign, 3, 1, now=now)
    bob = make_user(name="Bob")
    with pytest.raises(SoldOut) as refused:
        join_as(bob, campaign, 1, 1, now=now)
    assert refused.value.params == {"left": 0}
    assert Order.objects.count() == 1
    assert join_and_pay(bob, campaign, 0, 1, now=now).payable_fen == 2990
    assert ask(make_user(name="Carol"), campaign, 0, 1, now=now).payable_fen == 2690
    assert Campaign.objects.get().status == "open"
