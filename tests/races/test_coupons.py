"""G1: coupons at the same instant: the last ones, one person's, one code, one coupon in two orders.

Each race has its counter-test: with the guarded statement replaced by a look and a write, the harm really happens.
"""

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from campaigns.services import joining
from common.invariants import check_all
from marketing.models import Coupon, CouponCode, CouponHolder, CouponTemplate
from marketing.services import claiming, issuing
from marketing.services.claiming import claim, redeem
from marketing.services.codes import order_batch
from marketing.sources import CLAIM
from marketing.states import CouponStatus
from orders.contributions import Claim
from orders.models import Order
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.marketing import give_coupon, make_template
from tests.guards import replace_keeper
from tests.parallel import Meeting
from tests.races.crowd import make_crowd, rush

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def violated() -> set[str]:
    return {violation.invariant for violation in check_all(include_settled=False)}


def claimer(template: CouponTemplate) -> Callable[[User], Coupon]:
    return lambda person: claim(user=person, code=template.code, now=timezone.now())


def test_fifty_neighbours_claim_the_last_ten() -> None:
    """G1: ten get one, forty are told that they are gone."""
    template = make_template(total=10)
    assert rush(claimer(template), make_crowd(50)) == {"Coupon": 10, "CouponsGone": 40}
    assert CouponTemplate.objects.get().issued == Coupon.objects.count() == CouponHolder.objects.count() == 10


@pytest.mark.counter_test
def test_looking_first_would_give_more_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the last ten."""
    template, meeting = make_template(total=10), Meeting()

    def look_and_write(template: CouponTemplate, count: int, *, now: dt.datetime) -> bool:
        found = CouponTemplate.objects.get(pk=template.pk)
        if found.total is None or found.issued + count > found.total:
            return False
        meeting.wait()
        CouponTemplate.objects.filter(pk=template.pk).update(issued=found.issued + count)
        return True

    monkeypatch.setattr(issuing, "_take_guarded", look_and_write)
    assert rush(claimer(template), make_crowd(50))["Coupon"] > 10
    assert "coupons_are_counted" in violated()


def test_one_impatient_person_gets_what_one_may_have() -> None:
    """G1: twenty taps, two coupons."""
    template = make_template(per_person=2)
    assert rush(claimer(template), [make_user(name="Alice")] * 20) == {"Coupon": 2, "CouponLimitReached": 18}
    assert CouponHolder.objects.get().coupons == Coupon.objects.count() == 2


@pytest.mark.counter_test
def test_looking_first_would_give_one_person_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the limit: the row of the person is neither locked nor guarded."""
    template, alice = make_template(per_person=2), make_user(name="Alice")
    CouponHolder.objects.create(template=template, user=alice)
    mine = threading.local()

    def look(template: CouponTemplate, user_ids: Sequence[int]) -> dict[int, CouponHolder]:
        mine.seen = CouponHolder.objects.get(template=template, user=alice)
        return {alice.pk: mine.seen}

    def write(template: CouponTemplate, people: Sequence[int]) -> list[int]:
        CouponHolder.objects.filter(template=template, user=alice).update(coupons=mine.seen.coupons + 1)
        return list(people)

    monkeypatch.setattr(claiming, "lock_holders", Meeting().after(look))
    monkeypatch.setattr(issuing, "lock_holders", lambda template, user_ids: {alice.pk: mine.seen})
    monkeypatch.setattr(issuing, "_one_more_each", write)
    monkeypatch.setattr(claiming, "issue", with_another_source(claiming.issue))
    assert rush(claimer(template), [alice] * 20)["Coupon"] > 2
    assert "coupons_per_person" in violated()


def with_another_source(issue: Callable[..., Any]) -> Callable[..., Any]:
    """So that the unique constraint does not stand in for the guard that was taken away."""
    turns = itertools.count()
    return lambda **asked: issue(**asked | {"source": f"claim:{next(turns)}"})


def test_the_same_news_at_the_same_time_gives_one_coupon() -> None:
    """G1: issuing for one reason is idempotent, also for twelve at once."""
    template, alice = make_template(per_person=5), make_user(name="Alice")

    def give(_turn: int) -> list[Coupon]:
        return issuing.issue(template=template, user_ids=[alice.pk], source="referral:1", now=timezone.now())

    assert rush(give, range(1, 13)) == {"list": 12}
    assert Coupon.objects.count() == 1


def one_code() -> str:
    batch = order_batch(template=make_template(), quantity=1, actor_id=make_user().pk, now=timezone.now())
    return batch.codes.get().text


def test_one_code_is_redeemed_by_one_of_many() -> None:
    """G1: a code of a batch is good once."""
    text = one_code()
    outcomes = rush(lambda person: redeem(user=person, text=text, now=timezone.now()), make_crowd(12))
    assert outcomes == {"Coupon": 1, "CodeUsedUp": 11}
    assert CouponCode.objects.get().uses == Coupon.objects.count() == 1


@pytest.mark.counter_test
def test_looking_first_would_redeem_a_code_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the code."""
    text, meeting = one_code(), Meeting()

    def look_and_write(code: CouponCode) -> bool:
        found = CouponCode.objects.get(pk=code.pk)
        if found.uses:
            return False
        meeting.wait()
        CouponCode.objects.filter(pk=code.pk).update(uses=1)
        return True

    monkeypatch.setattr(claiming, "_use_guarded", look_and_write)
    outcomes = rush(lambda person: redeem(user=person, text=text, now=timezone.now()), make_crowd(12))
    assert outcomes["Coupon"] > 1
    assert "codes_are_used_as_often_as_they_gave" in violated()


@pytest.fixture
def place(scripted_gateway: object) -> Callable[[int], Order]:
    """How Alice, who has one coupon, places one more order."""
    campaign, alice = make_open(), make_user(name="Alice")
    give_coupon(alice, make_template(campaign.merchant))
    return lambda _turn: join_as(alice, campaign)


def test_one_coupon_is_in_one_order(place: Callable[[int], Order]) -> None:
    """G1 I21: of eight orders placed at once one has the coupon; the others are told, or were quoted without it."""
    outcomes = rush(place, range(1, 9))
    assert set(outcomes) <= {"Order", "CouponTaken"}
    assert Coupon.objects.get().status == CouponStatus.HELD
    assert Order.objects.filter(price_lines__code="coupon").distinct().count() == 1


@pytest.mark.counter_test
def test_looking_first_would_use_a_coupon_twice(place: Callable[[int], Order], monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the coupon: all eight prices are made before the first order takes it."""

    def write(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
        Coupon.objects.filter(pk=claims[0].key).update(status=CouponStatus.HELD, order=order)

    monkeypatch.setattr(joining, "quote", Meeting(8).after(joining.quote))
    replace_keeper(monkeypatch, CLAIM, write)
    rush(place, range(1, 9))
    assert Order.objects.filter(price_lines__code="coupon").distinct().count() > 1
    assert "timeline.coupon" in violated()
