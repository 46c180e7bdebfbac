"""K4: nonsense gets a clear 4xx as a problem, and changes nothing."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import Merchant
from campaigns.models import Campaign, CampaignProgress
from catalog.models import Allotment, Product, StockMovement
from common.models import IdempotencyKey
from orders.models import Order, PickupPoint
from payments.models import Payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import choice_of, join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_sku
from tests.fixtures.gateways import NAME
from tests.web.api.conftest import PROBLEM, Program, is_problem

ProgramOf = Callable[..., Program]
LONG = "长" * 300_000

BAD_QUANTITIES: list[Any] = [
    -1,
    0,
    1.5,
    10**9,
    10**30,
    "1;2",
    "1",
    "",
    True,
    None,
    [1],
    {"n": 1},
    "1 OR 1=1",
    "\x00",
]


def state() -> list[Any]:
    """Everything a bad request could have touched."""
    return [
        Order.objects.count(),
        Payment.objects.count(),
        StockMovement.objects.count(),
        Campaign.objects.count(),
        Product.objects.count(),
        PickupPoint.objects.count(),
        IdempotencyKey.objects.count(),
        list(Allotment.objects.values_list("reserved", "sold")),
        list(CampaignProgress.objects.values_list("places_taken", "early_birds")),
    ]


def body_of(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    line = {"sku": campaign.skus.get().sku.code, "quantity": 1} | changes.pop("line", {})
    return {"lines": [line], "pickup_point": choice_of(campaign).pickup_point} | changes


def refuse(answer: Any) -> dict[str, Any]:
    """Assert a clear 4xx."""
    assert 400 <= answer.status_code < 500, answer.content.decode()[:400]
    assert answer.headers["Content-Type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["detail"]
    return problem


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", BAD_QUANTITIES, ids=repr)
def test_a_bad_quantity_takes_nothing(program: ProgramOf, quantity: Any) -> None:
    campaign = make_open()
    alice = program(make_user(name="Alice"))
    before = state()
    for path in ("quote", "join"):
        problem = is_problem(
            alice.tell(f"campaigns/{campaign.code}/{path}/", body_of(campaign, line={"quantity": quantity})),
            400,
            "invalid",
        )
        assert [error["field"] for error in problem["errors"]] == ["lines.0.quantity"]
    assert state() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "extra",
    [
        {"payable_fen": 1},
        {"unit_price_fen": 1},
        {"status": "paid"},
        {"merchant": "0000000000"},
        {"buyer": 1},
        {"line": {"unit_price_fen": 1}},
        {"line": {"price": "0.01"}},
        {"x" * 5000: 1},
        {"\x00": 1},
    ],
    ids=str,
)
def test_nobody_sets_a_price_a_status_or_a_merchant(program: ProgramOf, extra: dict[str, Any]) -> None:
    """ASVS 15.3.3: a field that is not asked for is refused by name."""
    campaign = make_open()
    before = state()
    answer = program(make_user()).tell(f"campaigns/{campaign.code}/join/", body_of(campaign, **extra))
    is_problem(answer, 400, "invalid")
    assert state() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"lines": []},
        {"lines": "no"},
        {"lines": {}},
        {"lines": [[]]},
        {"lines": [None]},
        {"lines": [{"sku": "X", "quantity": 1}] * 51},
        {"line": {"sku": 7}},
        {"line": {"sku": "\x00"}},
        {"line": {"sku": "\ud800"}},
        {"line": {"sku": LONG}},
        {"line": {"sku": "0000000000"}},
        {"pickup_point": "0000000000"},
        {"pickup_point": ""},
        {"pickup_point": ["a"]},
        {"pickup_point": "' OR 1=1"},
        {"address": "0000000000"},
        {"pickup_point": "", "address": "0000000000"},
        {"quote": "forged"},
        {"quote": "a:b:c"},
        {"quote": LONG},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_a_malformed_basket_takes_nothing(program: ProgramOf, changes: dict[str, Any]) -> None:
    campaign = make_open()
    alice = program(make_user())
    before = state()[:-3]
    refuse(alice.tell(f"campaigns/{campaign.code}/join/", body_of(campaign, **changes)))
    assert state()[:-3] == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"\xff\xfe",
        b'{"lines": NaN}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"lines": ' + b"9" * 10_000 + b"}",
        b'{"pickup_point": "' + b"x" * 2_000_000 + b'"}',
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_what_is_no_json_object_is_refused(program: ProgramOf, raw: bytes) -> None:
    campaign = make_open()
    alice = program(make_user())
    headers = {"Idempotency-Key": "k"}
    before = state()
    refuse(alice.post(f"/api/v1/campaigns/{campaign.code}/join/", raw, "application/json", headers=headers))
    assert state() == before


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
@pytest.mark.parametrize("gateway", ["nowhere", "", None, 5, ["sandbox"], {"a": 1}, "\x00", LONG])
def test_an_unknown_gateway_starts_no_payment(program: ProgramOf, gateway: Any) -> None:
    campaign = make_open()
    alice = make_user()
    order = join_as(alice, campaign)
    problem = refuse(program(alice).tell(f"orders/{order.number}/payments/", {"gateway": gateway}))
    assert problem["status"] == 400
    assert not Payment.objects.exists()


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
