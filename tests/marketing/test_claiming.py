"""G1: coupons that people take, and codes that they type in."""

import datetime as dt
from collections.abc import Iterator

import pytest

from accounts.models import User
from common.assessments import Assessment, denied, flagged
from common.errors import InvalidField
from common.models import OutboxEvent
from community.contributions import BenefitRequest, benefit_checks
from marketing.errors import (
    CodeAlreadyRedeemed,
    CodeUsedUp,
    CouponDenied,
    CouponLimitReached,
    CouponsGone,
    CouponStopped,
    NoSuchCoupon,
    TooManyCodes,
    UnknownCode,
    WordTaken,
)
from marketing.models import Coupon, CouponCode
from marketing.selectors.claimable import as_claimable, claimable
from marketing.services import codes
from marketing.services.claiming import MOST_WRONG, claim, redeem
from marketing.services.codes import add_word, make_waiting, order_batch
from marketing.services.templates import stop_template
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.marketing import give_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


def test_alice_takes_a_coupon_and_no_more_than_she_may(alice: User, now: dt.datetime) -> None:
    template = make_template(make_merchant(), now=now, per_person=2)
    first, second = (claim(user=alice, code=template.code, now=now) for _each in range(2))
    assert (first.source, second.source, first.user) == ("claim:1", "claim:2", alice)
    with pytest.raises(CouponLimitReached, match="每人限领 2 张"):
        claim(user=alice, code=template.code, now=now)
    assert Coupon.objects.count() == 2


def test_what_is_not_for_everybody_is_not_there(alice: User, now: dt.datetime) -> None:
    template = make_template(now=now, claimable=False)
    with pytest.raises(NoSuchCoupon):
        claim(user=alice, code=template.code, now=now)


def test_the_coupon_centre_shows_what_can_be_had_now(alice: User, now: dt.datetime) -> None:
    """The platform's first; what is over, stopped, not begun or of a shop that is not approved is not shown."""
    shop = make_merchant()
    mine = make_template(shop, now=now, total=4, name="店铺券")
    platform = make_template(now=now, name="平台券")
    make_template(shop, now=now, opens_at=now + DAY)
    make_template(shop, now=now - 2 * DAY, closes_at=now)
    make_template(make_merchant("新店", approved=False), now=now)
    stop_template(template=make_template(shop, now=now), actor_id=make_operator().pk, now=now)
    give_coupon(alice, mine, now=now)
    found = [as_claimable(row) for row in claimable(alice, now=now)]
    assert [one.template for one in found] == [platform, mine]
    assert [(one.had, one.has_unused, one.may_claim) for one in found] == [(0, False, True), (1, True, False)]
    assert (found[1].left, found[1].taken_percent) == (3, 25)
    assert [as_claimable(row).had for row in claimable(None, now=now)] == [0, 0]


@pytest.fixture
def check() -> Iterator[list[Assessment]]:
    """What a check of some higher app says; the first of the list."""
    answers: list[Assessment] = []

    def ask(request: BenefitRequest) -> Assessment:
        assert (request.kind, request.counterpart_id) == ("coupon_claim", None)
        return answers[0]

    benefit_checks.register("farming", ask)
    yield answers
    del benefit_checks._entries["farming"]


def test_a_check_may_deny_a_coupon_or_flag_it(alice: User, check: list[Assessment], now: dt.datetime) -> None:
    """I4: denied, nothing is given; flagged, it is given and somebody looks at it."""
    template = make_template(now=now, per_person=9)
    check[:] = [denied("这台设备领得太多了")]
    with pytest.raises(CouponDenied, match="这台设备领得太多了"):
        claim(user=alice, code=template.code, now=now)
    assert not Coupon.objects.exists()
    check[:] = [flagged("领得很快", claims=9)]
    claim(user=alice, code=template.code, now=now)
    assert OutboxEvent.objects.get(name="community.BenefitFlagged").payload["source"] == template.code


def test_a_word_is_good_for_everybody_once_whatever_its_case(alice: User, now: dt.datetime) -> None:
    shop = make_merchant()
    template = make_template(shop, now=now, claimable=False, per_person=3)
    add_word(template=template, word=" new year ", most_uses=2, actor_id=owner_of(shop).pk)
    assert redeem(user=alice, text="NewYear", now=now).template == template
    with pytest.raises(CodeAlreadyRedeemed):
        redeem(user=alice, text="NEWYEAR", now=now)
    redeem(user=make_user(), text="newyear", now=now)
    with pytest.raises(CodeUsedUp):
        redeem(user=make_user(), text="newyear", now=now)
    assert CouponCode.objects.get().uses == Coupon.objects.count() == 2


def test_a_code_gives_no_more_than_the_coupon_allows(alice: User, now: dt.datetime) -> None:
    """The limit per person and the total hold for codes, too; a code that gave nothing is not used up."""
    template = make_template(now=now, total=1)
    batch = order_batch(template=template, quantity=3, actor_id=alice.pk, now=now)
    first, second, third = (code.text for code in batch.codes.order_by("pk"))
    redeem(user=alice, text=first, now=now)
    with pytest.raises(CouponLimitReached):
        redeem(user=alice, text=second, now=now)
    with pytest.raises(CouponsGone):
        redeem(user=make_user(), text=third, now=now)
    assert sorted(CouponCode.objects.values_list("uses", flat=True)) == [0, 0, 1]


def test_who_guesses_codes_has_to_wait(alice: User, now: dt.datetime) -> None:
    for _guess in range(MOST_WRONG):
        with pytest.raises(UnknownCode):
            redeem(user=alice, text="GUESS", now=now)
    with pytest.raises(TooManyCodes):
        redeem(user=alice, text="GUESS", now=now)


@pytest.mark.parametrize("word", ["ABC", "A B-C-D", "好", "X" * 21, ""])
def test_a_word_has_four_to_twenty_letters(word: str, alice: User, now: dt.datetime) -> None:
    with pytest.raises(InvalidField, match="4 到 20 个"):
        add_word(template=make_template(now=now), word=word, most_uses=None, actor_id=alice.pk)


def test_a_word_is_one_coupons_only(alice: User, now: dt.datetime) -> None:
    add_word(template=make_template(now=now), word="中秋快乐", most_uses=None, actor_id=alice.pk)
    with pytest.raises(WordTaken):
        add_word(template=make_template(now=now), word="中秋快乐", most_uses=None, actor_id=alice.pk)


def test_many_codes_are_made_by_the_sweep_piece_by_piece(
    alice: User, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "AT_ONCE", 3)
    monkeypatch.setattr(codes, "CHUNK", 4)
    template = make_template(now=now)
    small = order_batch(template=template, quantity=3, actor_id=alice.pk, now=now)
    large = order_batch(template=template, quantity=9, actor_id=alice.pk, now=now)
    assert (small.made_at, large.made_at, large.made) == (now, None, 0)
    assert make_waiting(now=now, limit=1) == 4
    assert make_waiting(now=now + DAY) == 5
    assert make_waiting(now=now + DAY) == 0
    large.refresh_from_db()
    assert (large.made, large.made_at) == (9, now + DAY)
    assert len(set(CouponCode.objects.values_list("text", flat=True))) == 12


def test_a_stopped_coupon_gets_no_codes(alice: User, now: dt.datetime) -> None:
    template = make_template(now=now)
    template = stop_template(template=template, actor_id=alice.pk, now=now)
    with pytest.raises(CouponStopped):
        order_batch(template=template, quantity=3, actor_id=alice.pk, now=now)
    with pytest.raises(InvalidField, match="1 到 50000"):
        order_batch(template=make_template(now=now), quantity=0, actor_id=alice.pk, now=now)
