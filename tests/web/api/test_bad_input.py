"""K4: nonsense gets a clear 4xx as a problem, and changes nothing."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.models import Product
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_sku
from tests.fixtures.gateways import NAME
from tests.web.api.conftest import Program, is_problem
from tests.web.api.nonsense import refuse, state

ProgramOf = Callable[..., Program]


@pytest.mark.django_db
def test_another_media_type_is_415(program: ProgramOf) -> None:
    alice = program(make_user())
    answer = alice.post("/api/v1/messages/read/", "<a/>", "application/xml")
    is_problem(answer, 415, "unsupported_media_type")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "campaigns/0000000000/",
        "campaigns/abc/",
        "campaigns/%00/",
        "campaigns/' OR 1=1/",
        "orders/G00000000000000/",
        "orders/%E5%A5%BD/",
        "orders/1/",
        "nothing/here/",
        "campaigns/0000000000/join",
        f"orders/G{'9' * 400}/",
        "campaigns/?page=-1",
        "campaigns/?page=999999999999999999999999",
        "campaigns/?search=%00",
        "campaigns/?category=99999999999",
        "campaigns/?sort=price;drop",
        "orders/?cursor=garbage",
        "orders/?cursor=cD1hYmM=",
        "orders/?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=",
        "pickup-points/?campaign=%00",
        "pickup-points/?campaign=0000000000",
    ],
)
def test_an_address_that_is_none_is_a_404_or_400(program: ProgramOf, path: str) -> None:
    answer = program(make_user()).get(f"/api/v1/{path}")
    assert answer.status_code in (200, 400, 404), answer.content.decode()[:300]
    if answer.status_code != 200:
        refuse(answer)
    else:
        assert answer.json()["results"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_is_not_offered_is_405(program: ProgramOf, method: str) -> None:
    is_problem(getattr(program(make_user()), method)("/api/v1/orders/"), 405, "method_not_allowed")


@pytest.mark.django_db
def test_an_order_is_not_paid_twice_nor_after_its_end(program: ProgramOf, gateway: object) -> None:
    campaign = make_open()
    alice = make_user()
    order = join_as(alice, campaign)
    assert program(alice).tell(f"orders/{order.number}/cancel/").status_code == 200
    is_problem(program(alice).tell(f"orders/{order.number}/payments/", {"gateway": NAME}), 409, "order_not_payable")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 0},
        {"quantity": "5"},
        {"quantity": 1.0},
        {"quantity": 10**9},
        {"quantity": -101},
        {"quantity": None},
        {"reason": ""},
        {"reason": 5},
        {"reason": "x" * 201},
        {"reason": "\x00"},
        {"sku": "another"},
        {"available": 5},
    ],
    ids=str,
)
def test_bad_stock_takings_count_nothing(program: ProgramOf, change: dict[str, Any]) -> None:
    merchant = make_merchant()
    sku = make_sku(merchant, stock=100)
    before = state()[:-3]
    body = {"quantity": 5, "reason": "到货"} | change
    refuse(program(owner_of(merchant)).tell(f"merchant/skus/{sku.code}/stock/", body))
    assert state()[:-3] == before
    sku.stock.refresh_from_db()
    assert sku.stock.available == 100


def plan_body(merchant: Merchant, /, **changes: Any) -> dict[str, Any]:
    sku = make_sku(merchant)
    now = timezone.now()
    line = {"sku": sku.code, "quantity": 50, "prices_fen": [2990, 2690]} | changes.pop("line", {})
    return {
        "title": "阿克苏苹果",
        "opens_at": (now + dt.timedelta(hours=1)).isoformat(),
        "closes_at": (now + dt.timedelta(hours=25)).isoformat(),
        "thresholds": [3, 10],
        "minimum": 3,
        "skus": [line],
        "pickup_points": [make_point(merchant).code],
    } | changes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": 5},
        {"title": "\x00"},
        {"title": "长" * 61},
        {"opens_at": "yesterday"},
        {"opens_at": 5},
        {"closes_at": "2020-01-01T00:00:00Z"},
        {"closes_at": "9999-12-31T23:59:59-23:59"},
        {"closes_at": "0001-01-01T00:00:00+23:59"},
        {"thresholds": []},
        {"thresholds": [0]},
        {"thresholds": [10, 3]},
        {"thresholds": [3, 3]},
        {"thresholds": [3.5, 10]},
        {"thresholds": [3, 10**12]},
        {"thresholds": list(range(1, 12))},
        {"minimum": 0},
        {"minimum": 2},
        {"basis": "euros"},
        {"when_missed": "extend"},
        {"freight_fen": -1},
        {"freight_fen": 12.5},
        {"limit_per_person": 0},
        {"payment_minutes": 0},
        {"pickup_points": ["0000000000"]},
        {"pickup_points": "x"},
        {"status": "open"},
        {"merchant": "0000000000"},
        {"skus": []},
        {"line": {"quantity": 0}},
        {"line": {"quantity": 10**9}},
        {"line": {"prices_fen": [2990]}},
        {"line": {"prices_fen": [2690, 2990]}},
        {"line": {"prices_fen": [0, 0]}},
        {"line": {"prices_fen": [10**12, 1]}},
        {"line": {"prices_fen": ["29.90", "26.90"]}},
        {"line": {"sku": "0000000000"}},
    ],
    ids=str,
)
def test_a_bad_plan_is_not_written_down(program: ProgramOf, changes: dict[str, Any]) -> None:
    merchant = make_merchant()
    body = plan_body(merchant, **changes)
    problem = refuse(program(owner_of(merchant)).tell("merchant/campaigns/", body))
    assert problem["status"] == 400
    assert not Campaign.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "\x00"},
        {"skus": []},
        {"skus": [{"price_fen": 0}]},
        {"skus": [{"price_fen": -1}]},
        {"skus": [{"price_fen": 10**12}]},
        {"skus": [{"price_fen": 29.9}]},
        {"skus": [{"price_fen": 100, "code": "0000000000"}]},
        {"skus": [{"price_fen": 100}, {"price_fen": 200}]},
        {"category": 999_999},
        {"category": 10**30},
        {"return_days": 9999},
        {"status": "on_shelf"},
        {"options": [{"name": "a", "values": []}]},
        {"options": [5]},
    ],
    ids=str,
)
def test_a_bad_product_is_not_written_down(program: ProgramOf, changes: dict[str, Any]) -> None:
    merchant = make_merchant()
    body = {"name": "苹果", "skus": [{"price_fen": 2990}]} | changes
    problem = refuse(program(owner_of(merchant)).tell("merchant/products/", body))
    assert problem["status"] == 400
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_what_is_no_picture_is_no_licence(program: ProgramOf) -> None:
    """A2: the upload is looked at, not believed."""
    fields = {
        "name": "果园",
        "contact_name": "王果",
        "contact_phone": "13900000001",
        "licence_number": "91310000MA1FL0A123",
    }
    mallory = program(make_user(name="Mallory"))
    script = io.BytesIO(b"<script>alert(1)</script>")
    script.name = "licence.png"
    is_problem(mallory.post("/api/v1/merchant/application/", fields | {"licence": script}), 400, "invalid_field")
    is_problem(mallory.post("/api/v1/merchant/application/", fields), 400, "invalid")
    assert not Merchant.objects.exists()
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30)).save(drawn, "PNG")
    drawn.seek(0)
    drawn.name = "licence.png"
    answer = mallory.post("/api/v1/merchant/application/", fields | {"licence": drawn})
    assert (answer.status_code, answer.json()["status"]) == (201, "applied")


@pytest.mark.django_db
def test_a_merchant_reaches_nothing_of_another(program: ProgramOf) -> None:
    """A5: another merchant's things are not there."""
    mine, theirs = make_merchant("我的店"), make_merchant("别家")
    draft = make_draft(theirs)
    offered = draft.skus.get().sku
    rival = program(owner_of(mine))
    for path in (
        f"merchant/campaigns/{draft.code}/submit/",
        f"merchant/products/{offered.product.code}/put-on-shelf/",
        f"merchant/campaigns/?merchant={theirs.code}",
    ):
        refuse(rival.tell(path))
    answer = rival.tell(f"merchant/skus/{offered.code}/stock/", {"quantity": 5, "reason": "x"})
    is_problem(answer, 404, "not_found")
    answer = rival.tell(f"merchant/campaigns/{draft.code}/cancel/", {"reason": "x"})
    is_problem(answer, 404, "not_found")
    draft.refresh_from_db()
    assert draft.status == "draft"
