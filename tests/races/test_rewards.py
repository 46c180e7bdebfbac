"""G5: the same reward from two hands at once, and the last one that a programme allows. Each race has its
counter-test: the guard taken away, and the harm really happens."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.models import Reward
from marketing.services.rewards import granting, referring
from marketing.services.rewards.referring import joined_community
from payments.selectors.balance import balance_of
from payments.services import ledger
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_user
from tests.factories.marketing import make_referral
from tests.parallel import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user(name="Alice", now=NOON)


def brought_by(inviter: User, count: int) -> list[User]:
    link = link_of(user=inviter, kind=Shared.HOME, code="", now=NOON)
    newcomers = [make_user(name=f"邻居{number}", now=NOON) for number in range(count)]
    for newcomer in newcomers:
        invited(invitee=newcomer, link=link, now=NOON)
    return newcomers


def open_books(person: User) -> None:
    """So that nobody waits for another who opens an account."""
    ledger.subsidy()
    ledger.points()
    ledger.balance(person.pk)


@pytest.mark.usefixtures("nothing_broken")
def test_four_hands_give_one_reward(alice: User) -> None:
    """The event is handled by four workers at once: ¥5.00 once, 50 points once."""
    make_referral(now=NOON, inviter_cash_fen=500)
    bob = brought_by(alice, 1)[0]
    assert at_once(4, lambda _hand: joined_community(user_id=bob.pk, now=NOON)) == [None] * 4
    assert (Reward.objects.count(), balance_of(alice)) == (2, 500)


@pytest.mark.usefixtures("nothing_broken")
def test_four_newcomers_at_once_earn_two_rewards_where_two_are_allowed(alice: User) -> None:
    """Under the lock of the inviter they are counted one after the other."""
    make_referral(now=NOON, inviter_cash_fen=500, most_per_inviter=2)
    newcomers = brought_by(alice, 4)
    assert at_once(4, lambda hand: joined_community(user_id=newcomers[hand].pk, now=NOON)) == [None] * 4
    assert (balance_of(alice), Reward.objects.filter(side="inviter", status="void").count()) == (1000, 2)


@pytest.mark.counter_test
def test_without_the_lock_they_would_earn_more(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: everybody counts before anybody is counted."""
    make_referral(now=NOON, inviter_cash_fen=500, most_per_inviter=2)
    newcomers = brought_by(alice, 4)
    open_books(alice)
    monkeypatch.setattr(referring, "lock_inviter", lambda user_id: None)
    monkeypatch.setattr(referring, "_has_enough", Meeting(4).after(referring._has_enough))
    at_once(4, lambda hand: joined_community(user_id=newcomers[hand].pk, now=NOON))
    assert balance_of(alice) == 2000


@pytest.fixture
def nothing_unique(transactional_db: None) -> Iterator[None]:
    """Rewards without what makes them unique."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE marketing_reward DROP CONSTRAINT marketing_reward_source_key")
        cursor.execute("DROP INDEX reward_once_per_side")
        yield
        cursor.execute("TRUNCATE marketing_reward CASCADE")
        cursor.execute("ALTER TABLE marketing_reward ADD CONSTRAINT marketing_reward_source_key UNIQUE (source)")
        cursor.execute(
            "CREATE UNIQUE INDEX reward_once_per_side ON marketing_reward (programme_id, invitee_id, side) "
            "WHERE programme_id IS NOT NULL"
        )


@pytest.mark.counter_test
@pytest.mark.usefixtures("nothing_unique")
def test_looking_first_would_give_the_same_reward_twice(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: two hands look for the reward, find none, and each writes one."""
    make_referral(now=NOON, inviter_cash_fen=500, inviter_points=0)
    bob = brought_by(alice, 1)[0]
    open_books(alice)
    meeting = Meeting()

    def look_first(source: str, fields: dict[str, Any]) -> tuple[Reward, bool]:
        assert not Reward.objects.filter(source=source).exists()
        meeting.wait()
        return Reward.objects.create(source=source, **fields), True

    monkeypatch.setattr(referring, "lock_inviter", lambda user_id: None)
    monkeypatch.setattr(referring, "_reward_invitee", lambda *asked, **when: None)
    monkeypatch.setattr(granting, "_write", look_first)
    at_once(2, lambda _hand: joined_community(user_id=bob.pk, now=NOON))
    assert balance_of(alice) == 1000
