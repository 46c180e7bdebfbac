"""J1: a program reads the numbers of its shop, day by day."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.states import StaffRole
from analytics.services.folding import rebuild
from common.clock import day_of
from tests.factories.accounts import make_merchant, make_staff, owner_of
from tests.factories.campaigns import fill, make_open
from tests.web.api.conftest import Program

ProgramOf = Callable[..., Program]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def test_each_day_and_the_whole_beside_the_days_before(program: ProgramOf) -> None:
    """J1: two paid today and one yesterday; amounts are fen, and nothing to divide by is null."""
    now = timezone.now()
    merchant = make_merchant(now=now - dt.timedelta(days=2))
    campaign = make_open(merchant, now=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=1))
    fill(campaign, 1, now=now - dt.timedelta(days=1))
    fill(campaign, 2, now=now)
    fill(make_open(), 1)
    rebuild(since=day_of(now) - dt.timedelta(days=2), until=day_of(now), now=now)
    today = day_of(now).isoformat()
    answer = program(owner_of(merchant)).ask("merchant/numbers/", since=today, until=today)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["now"]["orders"], body["now"]["revenue_fen"], body["before"]["orders"]) == (2, 5980, 1)
    assert (body["now"]["average_fen"], body["now"]["success_bp"]) == (2990, None)
    assert [(day["day"], day["figures"]["buyers"]) for day in body["days"]] == [(today, 2)]
    assert len(program(owner_of(merchant)).ask("merchant/numbers/").json()["days"]) == 30


@pytest.mark.parametrize(
    "query",
    [{"since": "2026-05-02", "until": "2026-05-01"}, {"since": "2025-01-01", "until": "2026-05-01"}, {"since": "May"}],
)
def test_a_range_has_an_end_after_its_beginning_and_within_a_year(program: ProgramOf, query: dict[str, str]) -> None:
    assert program(owner_of(make_merchant())).ask("merchant/numbers/", **query).status_code == 400


def test_the_warehouse_sees_no_numbers(program: ProgramOf) -> None:
    merchant = make_merchant()
    assert program(make_staff(merchant, StaffRole.FINANCE)).ask("merchant/numbers/").status_code == 200
    assert program(make_staff(merchant, StaffRole.WAREHOUSE)).ask("merchant/numbers/").status_code == 403
