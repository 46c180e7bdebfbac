"""The demo, made once for all of these tests: whoever looks at the product for the first time sees this."""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from PIL import Image
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Merchant, User
from accounts.selectors.staff import merchants_of, role_in
from accounts.services.signin import sign_in_with_password
from accounts.states import MerchantStatus, StaffRole
from analytics.models import MerchantDay
from campaigns.models import Campaign, Reminder
from campaigns.services.settling import settle_due
from campaigns.states import CampaignStatus, CloseReason
from catalog.models import Product, Stock, StockMovement
from common import events
from common.clock import database_now
from common.invariants import check_all
from common.models import EventDelivery
from community.models import (
    Community,
    Invitation,
    MemberSegment,
    PointsEntry,
    Question,
    Review,
    SharedOrder,
    UserTag,
)
from community.selectors.communities import community_of
from community.states import CommunityKind
from marketing.models import ChannelArrival, Coupon, Reward
from marketing.states import CouponStatus, RewardStatus
from notifications.selectors.inbox import messages_of, unread_count
from orders.models import Order, PriceLine
from orders.states import OrderStatus
from payments.models import Payment, ReconciliationCase, ReconciliationLine, Refund
from payments.sandbox.models import SandboxPayment
from payments.selectors.balance import balance_of
from payments.selectors.callbacks import unmatched
from payments.selectors.ledger import money_of_merchant
from payments.services.reconciling.sweeping import reconcile_due
from payments.services.sending import send_due
from payments.states import BALANCE, PaymentStatus, RefundRoute, RefundStatus
from risk.models import RiskCase
from risk.selectors.detectors import setting_of
from tests.emptying import empty_touched_tables
from web.demo.crowd import crowd_of
from web.demo.gateway import StoryClock, without_a_server
from web.demo.making import DemoRefused, make_demo
from web.demo.people import PASSWORD, SIGN_INS
from web.demo.plans import plan_of
from web.demo.reading import read
from web.demo.town import SHOPS, Shop, Town

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

# Enough for a little of the history that `make run` has ninety of.
DAYS = 7
PIXELS = 240


@pytest.fixture(scope="module", autouse=True)
def printed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """`manage.py demo` has run, once and for good, and said this; what a test changes is rolled back."""
    with django_db_blocker.unblock():
        said = io.StringIO()
        call_command("demo", days=DAYS, pixels=PIXELS, stdout=said)
        yield said.getvalue()
        empty_touched_tables()


def person(key: str) -> User:
    return User.objects.with_phone(read("people")[key]["phone"]).get()


def campaign(key: str) -> Campaign:
    """The one that is told, and not an older one of the same goods that a shop gave the same title."""
    told = next(one for one in read("campaigns")["campaigns"] if one["key"] == key)
    found = Campaign.objects.filter(title=told["title"], description=told["description"])
    return found.select_related("progress", "final_tier").get()


def story_of(user: User) -> Counter[str]:
    return Counter(Order.objects.filter(buyer=user).values_list("status", flat=True))


def test_every_statement_that_must_always_be_true_is_true() -> None:
    assert check_all() == []


def test_everything_that_happened_was_told_without_a_failure() -> None:
    assert not EventDelivery.objects.exclude(status=EventDelivery.Status.DONE).exists()


def test_it_says_what_it_made_and_who_can_sign_in(printed: str) -> None:
    assert f"{Campaign.objects.count()} 个团" in printed
    for key in SIGN_INS:
        assert read("people")[key]["phone"] in printed
    assert printed.count(PASSWORD) == len(SIGN_INS)


@pytest.mark.parametrize("key", SIGN_INS)
def test_everybody_signs_in_with_the_password_of_the_demo(key: str) -> None:
    phone = read("people")[key]["phone"]
    assert sign_in_with_password(phone=phone, password=PASSWORD, now=database_now()) == person(key)


def test_each_of_them_is_who_the_demo_says() -> None:
    orchard = merchants_of(person("orchard_owner")).get()
    grocer = merchants_of(person("grocer_owner")).get()
    assert person("operator").is_staff
    assert (orchard.name, orchard.trusted) == ("老周果园", True)
    assert (grocer.name, grocer.trusted) == ("邻里粮油", False)
    assert role_in(person("orchard_owner"), orchard) == StaffRole.OWNER
    assert not merchants_of(person("consumer")).exists()
    assert {point.name for point in person("leader").led_points.all()} == {
        "锦绣花园 3 幢架空层",
        "锦绣花园北门快递柜旁",
    }


def test_one_merchant_waits_for_the_operator_with_a_licence() -> None:
    waiting = Merchant.objects.get(status=MerchantStatus.APPLIED)
    assert waiting.name == "西溪花圃"
    with waiting.licence.open() as paper:
        assert Image.open(paper).size == (900, 900)


def test_there_are_campaigns_in_every_state_a_person_can_meet() -> None:
    found = set(Campaign.objects.values_list("status", flat=True))
    assert found == set(CampaignStatus.values) - {CampaignStatus.CLOSING}


@pytest.mark.parametrize("content", read("campaigns")["campaigns"], ids=lambda content: content["key"])
def test_the_counter_of_each_campaign_stands_where_its_story_ends(content: dict) -> None:
    told = campaign(content["key"])
    counts = {"pieces": told.progress.paid_pieces, "participants": told.progress.paid_participants}
    if told.status == CampaignStatus.CANCELLED:
        assert told.final_count == content["count"]
    else:
        assert counts[told.basis] == content.get("count", 0)


def test_the_past_ended_as_told() -> None:
    assert campaign("kiwi").final_tier.threshold == 24  # type: ignore[union-attr]
    assert campaign("toast").subsidised
    assert campaign("fish").status == CampaignStatus.FAILED
    assert campaign("mango").extended_at is not None
    assert campaign("mango").status == CampaignStatus.OPEN
    assert "霉变" in campaign("chestnut").cancel_note
    assert campaign("oil").status == CampaignStatus.IN_REVIEW
    assert "过敏原" in campaign("cookie").review_note
    assert campaign("lemon").close_reason == CloseReason.FULL


def test_the_consumer_has_something_in_every_state() -> None:
    consumer = person("consumer")
    assert story_of(consumer) == {
        OrderStatus.PENDING_PAYMENT: 1,
        OrderStatus.PAID: 4,
        OrderStatus.PREPARING: 1,
        OrderStatus.READY: 2,
        OrderStatus.RECEIVED: 1,
        OrderStatus.COMPLETED: 1,
        OrderStatus.CANCELLED: 4,
        OrderStatus.EXPIRED: 1,
    }
    assert all(order.pickup_code for order in consumer.orders.filter(status=OrderStatus.READY))


def test_the_consumer_has_a_balance_and_has_paid_with_it() -> None:
    """F5: the fish that missed came back to it, ¥47.90; ¥20.00 of that went into the paper."""
    consumer = person("consumer")
    assert balance_of(consumer) == 2790
    part = Payment.objects.get(gateway=BALANCE, payer=consumer)
    assert (part.amount_fen, part.applied) == (2000, True)
    order = consumer.orders.get(number=part.subject_number)
    assert (order.source_code, order.status) == (campaign("tissue").code, OrderStatus.PAID)
    assert Refund.objects.get(route=RefundRoute.BALANCE).payment.payer == consumer


def test_what_was_fetched_long_ago_is_settled() -> None:
    """F2: shops have earned, the platform its 2 %, leaders their commission, and this week's commission is frozen."""
    for shop in Merchant.objects.approved():
        money = money_of_merchant(shop.pk)
        assert shop.platform_fee_bp == 200
        assert 0 < money.fee_fen < money.merchant_fen // 40
        assert money.commission_fen > 0
    leader = person("leader")
    assert set(leader.commissions.values_list("status", flat=True)) == {"frozen", "released"}


def test_the_consumer_has_old_messages_and_news() -> None:
    consumer = person("consumer")
    assert 0 < unread_count(consumer.pk) < messages_of(consumer.pk).count()


def test_the_leader_has_orders_to_hand_over() -> None:
    waiting = Order.objects.filter(status=OrderStatus.READY, pickup_point__leader=person("leader"))
    assert waiting.count() >= 3


def test_whoever_is_owed_money_from_the_past_has_it_back() -> None:
    """But for one refund that is on its way to the consumer, and one that waits for an operator."""
    assert Refund.objects.count() > 30
    unfinished = Refund.objects.exclude(status=RefundStatus.DONE)
    assert unfinished.get(status=RefundStatus.PROCESSING).payment.payer == person("consumer")
    assert unfinished.exclude(status=RefundStatus.PROCESSING).get().status == RefundStatus.ABNORMAL
    fish = Order.objects.from_source("campaign", campaign("fish").code)
    paid = Payment.objects.filter(subject_number__in=fish.values("number"))
    assert all(payment.refund_fen == payment.amount_fen for payment in paid)


def test_the_sandbox_gateway_knows_every_payment() -> None:
    captured = Payment.objects.filter(status=PaymentStatus.CAPTURED).exclude(gateway=BALANCE)
    ours = captured.values_list("number", "amount_fen", "gateway_number")
    theirs = SandboxPayment.objects.filter(status="paid").values_list("number", "amount_fen", "gateway_number")
    assert set(ours) == set(theirs)


def test_the_bills_of_the_last_days_agree_with_our_books() -> None:
    """F3: the first sweep after `make run` reads seven of them, and no operator has anything to look into."""
    now = database_now()
    StoryClock.now = now
    with without_a_server():
        assert reconcile_due(now=now) == DAYS
    assert list(ReconciliationCase.objects.values_list("difference", "number")) == []
    assert ReconciliationLine.objects.filter(kind="payment").count() > 30
    assert [broken for broken in check_all() if broken.invariant.startswith("reconciliation")] == []


def test_operators_have_something_to_look_into() -> None:
    assert Merchant.objects.filter(status=MerchantStatus.APPLIED).count() == 1
    assert Campaign.objects.filter(status=CampaignStatus.IN_REVIEW).count() == 2
    assert unmatched().count() == 1


def test_the_watch_has_found_crowds_at_devices() -> None:
    """I4: one case somebody looks into, one that waits; the orders of those people go on unseen."""
    cases = RiskCase.objects.filter(detector="shared_device").order_by("opened_at")
    assert [case.status for case in cases] == ["in_review", "open"]
    assert setting_of("shared_device").action == "allow"


def test_nothing_has_happened_in_the_future() -> None:
    now = database_now()
    assert not Order.objects.filter(placed_at__gt=now).exists()
    assert not Payment.objects.filter(captured_at__gt=now).exists()


def test_every_product_is_on_the_shelf_with_a_picture_that_is_in_its_words_too() -> None:
    assert Product.objects.count() == 40
    for product in Product.objects.prefetch_related("images"):
        image = product.images.get()
        assert (image.large.width, image.large.height) == (PIXELS, PIXELS)
        assert image.large.url in product.description
        assert product.status == "on_shelf"


def test_the_shelf_is_as_full_after_a_campaign_of_the_past_as_before() -> None:
    """What was bought for it and not sold went back."""
    reasons = set(StockMovement.objects.values_list("reason", flat=True))
    assert {"进货", "没卖完，退回基地"} <= reasons


def test_some_stock_is_low_and_the_merchant_was_told() -> None:
    assert Stock.objects.filter(low_since__isnull=False, sku__product__name="迁西油栗").exists()
    assert messages_of(person("orchard_owner").pk).filter(kind="stock_low").exists()


def test_everybody_lives_in_a_community_that_a_point_serves() -> None:
    homes = Community.objects.annotate(neighbours=Count("memberships"))
    assert set(homes.values_list("kind", flat=True)) == set(CommunityKind.values)
    assert homes.count() == 6
    assert all(home.neighbours > 3 and home.pickup_points.exists() for home in homes)
    assert community_of(person("consumer")).name == "锦绣花园"  # type: ignore[union-attr]


def test_neighbours_speak_of_what_they_received_and_some_wait_for_an_answer() -> None:
    """B7: the consumer has yet to write theirs."""
    written = Review.objects.filter(order_line__isnull=False)
    assert written.filter(photos__isnull=False).exists()
    assert written.filter(answer="").exists()
    assert written.exclude(answer="").exists()
    assert not written.filter(author=person("consumer")).exists()
    assert Review.objects.filter(source="老周的接龙群", stars=None).count() == len(read("voices")["imported"]["rows"])
    assert Question.objects.filter(answer="").exists()


def test_people_came_and_ordered_by_their_neighbours_links() -> None:
    """C3: and some asked to be told of an opening."""
    assert Invitation.objects.filter(inviter=person("consumer")).exists()
    assert SharedOrder.objects.filter(link__sharer=person("leader")).exists()
    assert Reminder.objects.filter(user=person("consumer"), told_at=None).exists()


def test_a_second_run_with_if_empty_does_nothing() -> None:
    before = (User.objects.count(), Order.objects.count())
    said = io.StringIO()
    call_command("demo", "--if-empty", stdout=said)
    assert said.getvalue() == ""
    assert (User.objects.count(), Order.objects.count()) == before


def test_a_demo_that_was_interrupted_is_not_taken_for_a_whole_one() -> None:
    said, warned = io.StringIO(), io.StringIO()
    Merchant.objects.get(status=MerchantStatus.APPLIED).delete()
    call_command("demo", "--if-empty", stdout=said, stderr=warned)
    assert said.getvalue() == ""
    assert "没有做完" in warned.getvalue()


def test_a_second_run_without_it_refuses_with_a_sentence() -> None:
    with pytest.raises(CommandError, match="数据库里已经有数据"):
        call_command("demo", stdout=io.StringIO())


def test_a_real_platform_gets_no_accounts_with_a_known_password(settings: SimpleNamespace) -> None:
    settings.DEMO = False
    with pytest.raises(DemoRefused, match="密码人人知道"):
        make_demo(days=0, now=database_now())


def test_the_crowd_is_the_same_every_time() -> None:
    now = database_now()
    town = the_town()
    for content in read("campaigns")["campaigns"]:
        if "stays" not in content:
            plan = plan_of(content, town, now=now)
            assert crowd_of(content, plan, town, now=now) == crowd_of(content, plan, town, now=now)


def the_town() -> Town:
    """The town again, read from the database."""
    content = read("people")
    people = {key: person(key) for key in content if "phone" in content[key]}
    first = content["neighbours"]["first_phone"]
    phones = [str(first + index) for index in range(len(content["neighbours"]["names"]))]
    shops = {key: the_shop(read("shops")[key]["name"]) for key in SHOPS}
    return Town(people, [User.objects.with_phone(phone).get() for phone in phones], shops)


def the_shop(name: str) -> Shop:
    merchant = Merchant.objects.get(name=name)
    owner = merchant.staff.get(role=StaffRole.OWNER).user
    shots = {goods["name"]: goods["shot"] for goods in read("goods")["products"]}
    products = {shots[product.name]: product for product in merchant.products.all()}
    return Shop(merchant, owner, list(merchant.pickup_points.order_by("pk")), products)


def test_two_campaigns_settle_a_few_minutes_later_and_everybody_gets_the_difference() -> None:
    """C6: the apples drop a tier and differences go back; the tissues miss and all the money goes back."""
    later = database_now() + dt.timedelta(minutes=5)
    StoryClock.now = later
    with without_a_server():
        settle_due(now=later)
        send_due(now=later)
    events.drain(now=later)

    assert campaign("apple").status == CampaignStatus.SUCCEEDED
    assert campaign("apple").final_tier.threshold == 24  # type: ignore[union-attr]
    assert campaign("tissue").status == CampaignStatus.FAILED
    assert Refund.objects.filter(kind="tier_difference", sent_at=later, status=RefundStatus.DONE).count() > 5
    assert Refund.objects.exclude(status=RefundStatus.DONE).count() == 2
    assert check_all() == []


def test_the_seams_carry_something_everywhere() -> None:
    """G1 G2 G5 G8 H6 H7 I4 J1 J6: coupons used, promotions running, rewards granted, points earned and spent, members
    sorted, visits counted, days folded, and cases found."""
    assert Coupon.objects.filter(status=CouponStatus.USED).exists()
    assert PriceLine.objects.filter(code="promotion").exists()
    assert Reward.objects.filter(status=RewardStatus.GRANTED).values("kind").distinct().count() >= 2
    assert MemberSegment.objects.values("segment").distinct().count() >= 3
    assert PointsEntry.objects.values("kind").distinct().count() >= 4
    assert MerchantDay.objects.filter(visitors__gt=0).exists()
    assert ChannelArrival.objects.exists()
    assert RiskCase.objects.exists()
    assert UserTag.objects.exists()
