"""F2: operators keep an order's money where it is, and say what the platform takes of a shop's goods."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.merchants import set_fee
from common.errors import InvalidField
from common.models import AuditEntry
from orders.models import Hold, Order
from orders.services.completing import complete_due
from payments.models import Commission
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.orders import make_received
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


def offers(browser: Client, thing: Any, action: str) -> bool:
    """Whether the page of the thing shows this action."""
    return reverse(f"admin:{action}", args=[thing.pk]) in page_of(browser, thing).content.decode()


@pytest.mark.parametrize("group", ["finance", "risk"])
def test_an_operator_freezes_and_lifts_with_a_note(group: str, desk: Desk) -> None:
    """F2: the page offers what is open; without a note nothing happens; the trail says why."""
    order, browser = make_received(now=timezone.now()), desk(group)
    assert offers(browser, order, "orders_order_freeze")
    assert not offers(browser, order, "orders_order_unfreeze")
    decide(browser, "orders_order_freeze", order, note="")
    assert not Hold.objects.filter(order=order, kind="freeze").exists()
    decide(browser, "orders_order_freeze", order, note="买家说没收到")
    assert Hold.objects.get(order=order, kind="freeze").released_at is None
    assert not offers(browser, order, "orders_order_freeze")
    assert complete_due(now=timezone.now() + 30 * DAY) == 0
    decide(browser, "orders_order_unfreeze", order, note="找到了")
    assert complete_due(now=timezone.now() + 30 * DAY) == 1
    assert AuditEntry.objects.get(action="order.unfreeze").detail == {"note": "找到了"}
    assert not offers(browser, order, "orders_order_freeze")


@pytest.mark.parametrize("group", ["support", "operations", "content"])
def test_others_look_and_do_not_touch(group: str, desk: Desk) -> None:
    """A5: the dialog is shut to them, whatever they send."""
    order, browser = make_received(now=timezone.now()), desk(group)
    assert not offers(browser, order, "orders_order_freeze")
    assert decide(browser, "orders_order_freeze", order, note="好玩").status_code == 403
    assert not Hold.objects.filter(kind="freeze").exists()


# The platform's fee


def test_a_new_shop_begins_with_the_platforms_usual_fee(settings: Any) -> None:
    """F2: given with the approval; an order keeps the rate it was placed with, without a query of its own."""
    settings.PLATFORM_FEE_BP = 350
    assert make_merchant(approved=False).platform_fee_bp == 0
    merchant = make_merchant("梨园")
    assert merchant.platform_fee_bp == 350
    campaign = make_open(merchant)
    before = join_as(make_user(name="Alice"), campaign)
    set_fee(merchant=merchant, actor_id=make_operator().pk, fee_bp=100)
    after = join_as(make_user(name="Bob"), campaign)
    assert (before.platform_fee_bp, after.platform_fee_bp) == (350, 100)
    assert set(Order.objects.values_list("platform_fee_bp", flat=True)) == {350, 100}


# What is typed, and what it becomes of 2 %; or that it is refused.
TYPED = [("1.5", 150), ("0", 0), ("30", 3000), ("30.01", 200), ("-1", 200), ("viel", 200), ("1.555", 200)]


@pytest.mark.parametrize(("typed", "fee_bp"), TYPED)
def test_an_operator_changes_a_shops_fee(typed: str, fee_bp: int, desk: Desk) -> None:
    """F2: in per cent; written down with what it was."""
    merchant = make_merchant()
    decide(desk("operations"), "accounts_merchant_change_fee", merchant, per_cent=typed)
    assert Merchant.objects.get(pk=merchant.pk).platform_fee_bp == fee_bp
    trail = [entry.detail for entry in AuditEntry.objects.filter(action="merchant.fee")]
    assert trail == ([] if fee_bp == 200 else [{"was_bp": 200, "fee_bp": fee_bp}])


def test_finance_and_support_do_not_set_fees(desk: Desk) -> None:
    merchant = make_merchant()
    for group in ("finance", "support"):
        assert decide(desk(group), "accounts_merchant_change_fee", merchant, per_cent="1").status_code == 403
    with pytest.raises(InvalidField):
        set_fee(merchant=merchant, actor_id=make_operator().pk, fee_bp=3001)
    assert Merchant.objects.get(pk=merchant.pk).platform_fee_bp == 200


def test_finance_reads_what_leaders_earn(desk: Desk) -> None:
    """F2: order, base, rate and amount; others have no such list."""
    order = make_received(now=timezone.now())
    address = reverse("admin:payments_commission_changelist")
    said = desk("finance").get(address).content.decode()
    for part in (order.number, "¥59.80", "5%", "¥2.99"):
        assert part in said
    assert page_of(desk("finance"), Commission.objects.get()).status_code == 200
    assert desk("support").get(address).status_code == 403
