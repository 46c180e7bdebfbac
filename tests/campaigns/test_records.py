"""Rule 18: what counts in a merchant's record."""

import datetime as dt

import pytest

from campaigns.selectors.records import Record, record_of
from campaigns.services.cancelling import cancel
from campaigns.services.settling import settle
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.campaigns import HOUR, fill, make_draft, make_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def test_only_what_was_called_off_while_neighbours_could_join_counts(now: dt.datetime) -> None:
    merchant = make_merchant(now=now)
    actor = owner_of(merchant).pk
    assert record_of(merchant.pk) == Record(closed=0, called_off=0)

    cancel(campaign=make_draft(merchant, now=now), actor_id=actor, reason="写错了", now=now)
    make_open(merchant, now=now)
    done = make_open(merchant, now=now)
    fill(done, 3, now=now)
    settle(campaign_id=done.pk, now=now + 25 * HOUR)
    assert record_of(merchant.pk) == Record(closed=1, called_off=0)

    cancel(campaign=make_open(merchant, now=now), actor_id=actor, reason="车坏了", now=now)
    assert record_of(merchant.pk) == Record(closed=2, called_off=1)
    assert record_of(make_merchant("隔壁果园", now=now).pk) == Record(closed=0, called_off=0)
