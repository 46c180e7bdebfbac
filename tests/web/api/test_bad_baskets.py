"""K4: a basket of nonsense gets a clear 4xx as a problem, and takes nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from campaigns.models import Campaign
from payments.models import Payment
from tests.factories.accounts import make_user
from tests.factories.campaigns import choice_of, join_as, make_open
from tests.lasting import made_once
from tests.web.api.conftest import Program, is_problem
from tests.web.api.nonsense import refuse, state

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


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """The key of a campaign that is open to all of these."""
    yield from made_once(django_db_blocker, lambda: make_open().pk)


@pytest.fixture
def campaign(db: None, opened: int) -> Campaign:
    """The one that is open."""
    return Campaign.objects.get(pk=opened)


def body_of(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    line = {"sku": campaign.skus.get().sku.code, "quantity": 1} | changes.pop("line", {})
    return {"lines": [line], "pickup_point": choice_of(campaign).pickup_point} | changes


@pytest.mark.parametrize("quantity", BAD_QUANTITIES, ids=repr)
def test_a_bad_quantity_takes_nothing(program: ProgramOf, campaign: Campaign, quantity: Any) -> None:
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
def test_nobody_sets_a_price_a_status_or_a_merchant(
    program: ProgramOf, campaign: Campaign, extra: dict[str, Any]
) -> None:
    """ASVS 15.3.3: a field that is not asked for is refused by name."""
    before = state()
    answer = program(make_user()).tell(f"campaigns/{campaign.code}/join/", body_of(campaign, **extra))
    is_problem(answer, 400, "invalid")
    assert state() == before


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
def test_a_malformed_basket_takes_nothing(program: ProgramOf, campaign: Campaign, changes: dict[str, Any]) -> None:
    alice = program(make_user())
    before = state()[:-3]
    refuse(alice.tell(f"campaigns/{campaign.code}/join/", body_of(campaign, **changes)))
    assert state()[:-3] == before


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
def test_what_is_no_json_object_is_refused(program: ProgramOf, campaign: Campaign, raw: bytes) -> None:
    alice = program(make_user())
    headers = {"Idempotency-Key": "k"}
    before = state()
    refuse(alice.post(f"/api/v1/campaigns/{campaign.code}/join/", raw, "application/json", headers=headers))
    assert state() == before


@pytest.mark.parametrize("gateway", ["nowhere", "", None, 5, ["sandbox"], {"a": 1}, "\x00", LONG])
def test_an_unknown_gateway_starts_no_payment(program: ProgramOf, campaign: Campaign, gateway: Any) -> None:
    alice = make_user()
    order = join_as(alice, campaign)
    problem = refuse(program(alice).tell(f"orders/{order.number}/payments/", {"gateway": gateway}))
    assert problem["status"] == 400
    assert not Payment.objects.exists()
