"""K3: a walk through the shop and the back office in English, over goods and people with English names."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Merchant, User
from campaigns.models import Campaign
from campaigns.services.settling import settle
from catalog.models import Sku
from common import events
from notifications.models import Message
from orders.models import Order, PickupPoint
from orders.services.fulfilment import mark_ready
from orders.services.pickup_points import PointDetails, save_point
from payments.services.sending import send_due
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, join_as, make_draft, make_open
from tests.factories.catalog import make_product
from tests.web import chinese
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)
KEPT = {"件", "到货"}  # the usual unit, and the reason the factory gives for goods that come in


@pytest.fixture
def orchard() -> Merchant:
    return make_merchant(name="Orchard", owner=make_user(name="Olivia", language="en"))


@pytest.fixture
def apples(orchard: Merchant) -> Sku:
    product = make_product(orchard, name="Fuji apples", unit="box", specifications=("5 jin",), brief="Crisp")
    return product.skus.get()


@pytest.fixture
def gate(orchard: Merchant) -> PickupPoint:
    leader = make_user(name="Leah")
    details = PointDetails(name="East gate", address="1 Wensan Road", leader_phone=leader.phone, commission_bp=500)
    return save_point(merchant=orchard, actor_id=owner_of(orchard).pk, details=details)


@pytest.fixture
def campaign(orchard: Merchant, apples: Sku, gate: PickupPoint) -> Campaign:
    return make_open(
        orchard, skus=[apples], points=[gate], title="Aksu apples", limit_per_person=9, delivers=True, freight_fen=600
    )


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice", language="en")


def in_english(client: Client, path: str) -> str:
    """The page, read with a browser that asks for English."""
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200, path
    page = text_of(answer)
    assert '<html lang="en"' in page, path
    return page


def chinese_of(client: Client, paths: list[str]) -> list[tuple[str, list[str]]]:
    """What is left in Chinese on each page, but for names of languages."""
    pages = [(path, chinese.in_page(in_english(client, path))) for path in paths]
    return [(path, found) for path, found in pages if found]


def test_a_stranger_looks_around_in_english(campaign: Campaign) -> None:
    paths = ["/", "/campaigns/", "/campaigns/?shown=ended", "/campaigns/?q=pears", f"/campaigns/{campaign.code}/"]
    paths += ["/sign-in/", "/sign-in/?by=password", "/register/", "/reset-password/", "/terms/", "/sandbox/phone/"]
    assert chinese_of(browser_of(), paths) == []


def test_alice_buys_in_english(campaign: Campaign, alice: User) -> None:
    unpaid, paid = join_as(alice, campaign), join_and_pay(alice, campaign, 2)
    paths = ["/", f"/campaigns/{campaign.code}/", f"/campaigns/{campaign.code}/join/", "/orders/", "/inbox/", "/me/"]
    paths += [f"/orders/{unpaid.number}/", f"/orders/{unpaid.number}/pay/", f"/orders/{paid.number}/"]
    paths += [f"/orders/{paid.number}/leave/", "/me/profile/", "/me/addresses/", "/me/addresses/new/", "/me/apply/"]
    assert chinese_of(browser_of(alice), paths) == []


def test_alice_gets_her_goods_her_refund_and_her_messages_in_english(campaign: Campaign, alice: User) -> None:
    """The price fell after Alice paid, the goods are at the gate, and the difference is back."""
    order = settled(campaign, alice)
    paths = ["/", f"/campaigns/{campaign.code}/", "/campaigns/?shown=ended", "/orders/", f"/orders/{order.number}/"]
    paths += ["/inbox/"]
    assert chinese_of(browser_of(alice), paths) == []
    told = Message.objects.filter(recipient=alice)
    assert {"order_paid", "campaign_succeeded", "order_ready", "refund_done"} <= set(
        told.values_list("kind", flat=True)
    )
    assert [message.title for message in told if chinese.in_page(message.title + message.body)] == []
    assert "¥6.00 difference returned" in [message.title for message in told]


def test_a_leader_hands_over_in_english(campaign: Campaign, alice: User, gate: PickupPoint) -> None:
    settled(campaign, alice)
    assert gate.leader is not None
    assert chinese_of(browser_of(gate.leader), ["/pickups/"]) == []


def test_a_merchant_works_in_english(orchard: Merchant, campaign: Campaign, apples: Sku, alice: User) -> None:
    """Every page of the back office, over a campaign that is settled, one that is open and a draft."""
    order = settled(campaign, alice)
    points = list(campaign.pickup_points.all())
    draft = make_draft(orchard, skus=[apples], points=points, title="Next week")
    paths = ["", "products/", "products/new/", f"products/{apples.product.code}/", "stock/", f"stock/{apples.code}/"]
    paths += ["campaigns/", "campaigns/new/", f"campaigns/new/?sku={apples.code}", f"campaigns/{campaign.code}/"]
    paths += [f"campaigns/{draft.code}/", f"campaigns/{draft.code}/cancel/"]
    paths += [f"campaigns/{draft.code}/edit/{step}/" for step in ("goods", "ladder", "rules", "handover", "check")]
    paths += ["orders/", "orders/?state=all", "orders/ready-all/", f"orders/{order.number}/", "refunds/", "points/"]
    paths += ["points/new/", f"points/{points[0].code}/", "staff/"]
    office = f"/backoffice/{orchard.code}/"
    left = chinese_of(browser_of(owner_of(orchard)), [office + path for path in paths])
    assert [(path, found) for path, found in left if set(found) - KEPT] == []


def settled(campaign: Campaign, buyer: User) -> Order:
    """Two pieces paid at ¥29.90, settled at ¥26.90, refunded by ¥6.00 and ready at the gate; workers speak Chinese."""
    with translation.override("zh-hans"):
        order, later = join_and_pay(buyer, campaign, 2), timezone.now() + DAY
        for name in ("Bob", "Carol", "Dave"):
            join_and_pay(make_user(name=name), campaign)
        settle(campaign_id=campaign.pk, now=later)
        mark_ready(merchant=order.merchant, numbers=[order.number], actor_id=owner_of(order.merchant).pk, now=later)
        send_due(now=later, limit=10)
        events.drain(now=later)
    order.refresh_from_db()
    return order


def test_what_a_neighbour_reads_first_is_worded_as_designed(campaign: Campaign, alice: User) -> None:
    """The microcopy: what it costs at most, and what joining and waiting are called."""
    order = join_and_pay(alice, campaign)
    page = says_in_english(browser_of(alice), f"/campaigns/{campaign.code}/")
    assert "2 more pieces to go, then ¥29.90" in page
    assert "1 joined · 1 taken" in page
    assert "You are in. We will tell you when it drops" in says_in_english(
        browser_of(alice), f"/orders/{order.number}/"
    )
    join_and_pay(make_user(name="Bob"), campaign, 3)
    assert "1 more piece and everyone saves ¥3.00" in says_in_english(browser_of(), f"/campaigns/{campaign.code}/")


def says_in_english(client: Client, path: str) -> str:
    return says(client.get(path, headers={"accept-language": "en"}))
