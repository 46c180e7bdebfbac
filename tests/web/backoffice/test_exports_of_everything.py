"""J2: every list of the back office as a file, of a shop that has a row for each of them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Merchant
from analytics.services.folding import fold_stale
from common import events
from community.services.segmenting.recomputing import recompute_segments
from orders.services.completing import complete_due
from payments.purses import Owner
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.campaigns import fill, make_open
from tests.factories.marketing import make_promotion, make_template
from tests.factories.orders import fetch, give_back
from tests.factories.payouts import make_withdrawal
from tests.factories.reviews import make_imported, make_question
from tests.lasting import made_once
from tests.web.backoffice.desks import Desk
from tests.web.backoffice.test_exports import ALL, exported, succeeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Shop:
    """Its keys in the database: what a test does to the rows themselves no other test sees."""

    merchant_id: int
    campaign: str

    def desk(self) -> Desk:
        merchant = Merchant.objects.get(pk=self.merchant_id)
        return Desk(owner_of(merchant), merchant)


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """Made once and committed; what a test changes is rolled back."""
    yield from made_once(django_db_blocker, _make_shop)


def _make_shop() -> Shop:
    merchant = make_merchant("隔壁果园")
    return Shop(merchant.pk, _one_of_everything(merchant))


def _one_of_everything(merchant: Merchant) -> str:
    """Orders joined, to be picked and completed, money held and taken out, and what people say; a campaign's code."""
    orders = succeeded(merchant, 5)
    sku = orders[0].lines.get().sku
    make_imported(sku.product, "一直喜欢")
    make_question(sku.product)
    make_withdrawal(Owner(merchant=merchant), now=timezone.now())
    fetch(orders[0], now=timezone.now() - 3 * DAY)
    complete_due(now=timezone.now())
    with transaction.atomic():
        give_back(orders[0], 300, now=timezone.now())
    make_template(merchant)
    make_promotion(merchant)
    events.drain(now=timezone.now())
    fold_stale()
    recompute_segments(now=timezone.now())
    return orders[0].source_code


@pytest.mark.parametrize("report", ALL)
def test_of_a_rival_nothing_is_in_any_of_them(report: str, shop: Shop) -> None:
    """A5: the same search in another shop finds its own rows and no others."""
    mine = make_merchant("果园直发")
    query = f"state=&show=all&campaign={shop.campaign}"
    assert exported(Desk(owner_of(mine), mine), report, query)[1:] == []
    assert exported(shop.desk(), report, query.replace("state=", "state=all"))[1:] != []


@pytest.mark.parametrize("report", ALL)
def test_no_list_asks_more_for_more_rows(report: str, shop: Shop) -> None:
    desk = shop.desk()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported(desk, report, f"state=all&show=all&campaign={shop.campaign}")
        return len(queries)

    few = count()
    campaign = make_open(desk.merchant)
    fill(campaign, 3)
    make_imported(campaign.skus.get().sku.product, "又买了", "还会来")
    make_template(desk.merchant)
    make_promotion(desk.merchant)
    assert count() <= few
