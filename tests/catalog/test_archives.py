"""B3: movements of campaigns that are long over stand out of the way, and are still what the counters add up to."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.settling import settle
from catalog.models import ArchivedStockMovement, JournalLine, StockMovement
from catalog.services.stock import adjust
from catalog.states import MovementKind
from common.archiving import Archive, all_archives
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.campaigns import fill, make_open
from tests.fixtures.sheets import read_csv
from tests.web.backoffice.desks import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]

NOW = timezone.now()
LONG_AGO = NOW - dt.timedelta(days=200)
LATELY = NOW - dt.timedelta(days=150)
COLUMNS = [field.attname for field in JournalLine._meta.concrete_fields]


@pytest.fixture
def movements() -> Archive:
    (archive,) = (archive for archive in all_archives() if archive.model is StockMovement)
    return archive


def over(at: dt.datetime, title: str, people: int = 3) -> Campaign:
    """A campaign that ended at that time, what was left of its fifty pieces back on the shelf."""
    campaign = make_open(make_merchant(title), now=at - dt.timedelta(days=2), title=title)
    fill(campaign, people, now=at - dt.timedelta(days=2))
    settle(campaign_id=campaign.pk, now=at)
    return campaign


def journal() -> list[tuple[object, ...]]:
    """Every movement there is, wherever it stands."""
    return list(JournalLine.objects.order_by("id").values_list(*COLUMNS))


def test_a_campaign_that_is_long_over_goes_with_everything_its_pieces_did(movements: Archive) -> None:
    """Allotted, three times reserved and sold, brought back: eight lines. The shelf's own line stays."""
    sku = over(LONG_AGO, "苹果团").skus.get().sku
    before = journal()

    assert list(movements.move(before=movements.before(NOW))) == [8]

    assert [line.kind for line in StockMovement.objects.filter(sku=sku)] == [MovementKind.ADJUST]
    assert ArchivedStockMovement.objects.filter(sku=sku).count() == 8
    assert journal() == before
    assert list(movements.move(before=movements.before(NOW))) == []


def test_what_was_over_lately_and_what_still_runs_stays(movements: Archive) -> None:
    over(LATELY, "梨团")
    fill(make_open(make_merchant("还开着"), now=NOW), 2, now=NOW)
    assert movements.due(before=movements.before(NOW)) == 0
    assert list(movements.move(before=movements.before(NOW))) == []
    assert not ArchivedStockMovement.objects.exists()


def test_a_sku_goes_on_selling_beside_its_archive(movements: Archive) -> None:
    """B3: a new campaign of the same SKU, whose counters add up over both tables (`nothing_broken`)."""
    campaign = over(LONG_AGO, "苹果团")
    call_command("archive")
    sku = campaign.skus.get().sku
    again = make_open(campaign.merchant, now=LATELY, skus=[sku], title="又一次苹果团")
    fill(again, 3, now=LATELY)
    settle(campaign_id=again.pk, now=LATELY + dt.timedelta(days=2))
    assert ArchivedStockMovement.objects.filter(sku=sku).count() == 8
    assert StockMovement.objects.filter(sku=sku).count() == 1 + 8


def test_the_merchant_reads_the_whole_journal(movements: Archive) -> None:
    """B3: on the page and in the file, each line with what lay on the shelf before and after."""
    campaign = over(LONG_AGO, "苹果团")
    sku = campaign.skus.get().sku
    desk = Desk(owner_of(campaign.merchant), campaign.merchant)
    adjust(sku_id=sku.pk, quantity=-3, reason="运输磕碰", actor_id=desk.person.pk, now=NOW)
    shelf, file = _shelf(desk, sku.code), _file(desk, sku.code)
    assert shelf == ["97 → 94", "50 → 97", "100 → 50", "0 → 100"]
    assert len(file) == 1 + 10

    call_command("archive")

    assert ArchivedStockMovement.objects.count() == 8
    assert _shelf(desk, sku.code) == shelf
    assert _file(desk, sku.code) == file


def _shelf(desk: Desk, code: str) -> list[str]:
    return re.findall(r"\d+ → \d+", desk.read(f"stock/{code}/"))


def _file(desk: Desk, code: str) -> list[list[str]]:
    answer: Any = desk.client.post(f"{desk.url('exports/make/movements/')}?sku={code}", {"format": "csv"})
    return read_csv(b"".join(answer.streaming_content))
