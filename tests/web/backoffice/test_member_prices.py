"""B8: a merchant says what members pay."""

import pytest

from catalog.models import Sku
from community.models import MemberPrice
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.catalog import make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def sku() -> Sku:
    """One box, ¥39.90 for everybody."""
    sku = make_sku(make_merchant())
    Sku.objects.filter(pk=sku.pk).update(price_fen=3990)
    return sku


@pytest.fixture
def desk(sku: Sku) -> Desk:
    return Desk(owner_of(sku.product.merchant), sku.product.merchant)


def prices() -> dict[str, int]:
    return dict(MemberPrice.objects.values_list("tier__code", "unit_price_fen"))


def test_olivia_sets_and_takes_away_member_prices(desk: Desk, sku: Sku) -> None:
    """B8: silver ¥28.00, gold ¥27.50; then gold is as silver again."""
    path = f"products/{sku.product.code}/member-prices/"
    assert path in desk.read(f"products/{sku.product.code}/")
    page = desk.read(path)
    for tier in ("银卡会员", "金卡会员", "钻石会员"):
        assert tier in page
    assert "普通会员" not in page
    assert desk.post(path, fields={f"{sku.code}-silver": "28", f"{sku.code}-gold": "27.5"}).status_code == 302
    assert prices() == {"silver": 2800, "gold": 2750}
    assert "27.50" in desk.read(path)
    desk.post(path, fields={f"{sku.code}-silver": "28", f"{sku.code}-gold": ""})
    assert prices() == {"silver": 2800}


def test_a_price_that_is_none_is_said_in_its_cell(desk: Desk, sku: Sku) -> None:
    """B8: a member never pays more than everybody; nothing of the form is kept."""
    path = f"products/{sku.product.code}/member-prices/"
    answer = desk.post(path, fields={f"{sku.code}-silver": "20", f"{sku.code}-gold": "39.90"})
    page = answer.content.decode()
    assert (page.count(FIELD_ERROR), "会员价要低于原价" in page) == (1, True)
    assert prices() == {}


def test_another_merchants_product_is_not_there(desk: Desk) -> None:
    other = make_sku(make_merchant("山里"))
    assert desk.get(f"products/{other.product.code}/member-prices/").status_code == 404
