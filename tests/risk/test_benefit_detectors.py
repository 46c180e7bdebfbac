"""I4: who is given something for an invitation, and who collects coupons for newcomers."""

import datetime as dt

import pytest

from accounts.models import User
from common import events
from common.assessments import Verdict
from community.contributions import BenefitRequest
from community.models import Invitation
from community.services.benefits import assess
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.states import ScopeKind
from payments.purses import Owner
from risk.models import RiskCase
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_user
from tests.factories.marketing import give_coupon, make_template
from tests.factories.payouts import make_payee
from tests.factories.risk import delivered, neighbours_at, seen, set_detector

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PHONE, TABLET = "p" * 32, "t" * 32
ELSEWHERE = "198.51.100.9"


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice", now=NOON - 9 * DAY)


@pytest.fixture
def bob() -> User:
    return make_user(name="Bob", now=NOON)


def reward(one: User, other: User, kind: str = "referral") -> BenefitRequest:
    return BenefitRequest(user_id=one.pk, kind=kind, source="7", now=NOON, counterpart_id=other.pk)


def invite(inviter: User, invitee: User, *, now: dt.datetime = NOON) -> Invitation | None:
    link = link_of(user=inviter, kind=Shared.HOME, code="", now=now)
    return invited(invitee=invitee, link=link, now=now)


def share(sign: str, one: User, other: User) -> None:
    """Both were seen with the same thing, and with nothing else in common."""
    for person, apart in ((one, "198.51.100.1"), (other, "192.0.2.1")):
        if sign == "device":
            seen(person, PHONE, apart, now=NOON)
        elif sign == "network":
            seen(person, "", "203.0.113.7", now=NOON)
        elif sign == "address":
            delivered(person, now=NOON)
        else:
            make_payee(Owner(user=person))


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        ([], None),
        (["network"], None),
        (["address"], None),
        (["address", "network"], 3),
        (["device"], 3),
        (["payee"], 3),
        (["device", "payee", "address", "network"], 9),
    ],
)
@pytest.mark.parametrize("kind", ["referral", "points_invite"])
def test_who_invites_themselves_is_looked_at(
    alice: User, bob: User, signs: list[str], found: int | None, kind: str
) -> None:
    """I4: neighbours share a line, flatmates a door; one device or one account to be paid to is one hand."""
    for sign in signs:
        share(sign, alice, bob)
    assessment = assess(reward(alice, bob, kind))
    if found is None:
        assert assessment.verdict == Verdict.ALLOW
        return
    assert assessment.verdict == Verdict.FLAG
    assert assessment.evidence == {"signs": sorted(signs), "weight": found, "counterpart": bob.code}


def test_what_was_shared_long_ago_is_forgotten(alice: User, bob: User) -> None:
    for person in (alice, bob):
        seen(person, PHONE, now=NOON - 91 * DAY)
    assert assess(reward(alice, bob)).verdict == Verdict.ALLOW


def test_a_flagged_reward_is_one_case_about_its_receiver(alice: User, bob: User) -> None:
    """I4: told twice it is evidence once; a second invitation is evidence in the same case."""
    share("device", alice, bob)
    for source in ("7", "7", "8"):
        assess(BenefitRequest(alice.pk, "referral", source, NOON, counterpart_id=bob.pk))
    events.drain(now=NOON)
    case = RiskCase.objects.get()
    assert (case.detector, case.person, case.severity) == ("self_referral", alice, "high")
    assert list(case.evidence.order_by("pk").values_list("about", flat=True)) == [
        "benefit:referral:7",
        "benefit:referral:8",
    ]


def test_checking_in_has_no_other_side(alice: User) -> None:
    request = BenefitRequest(user_id=alice.pk, kind="points_check_in", source="1", now=NOON)
    assert assess(request).verdict == Verdict.ALLOW


def test_a_ring_over_a_second_account_is_seen(alice: User, bob: User) -> None:
    """I4: Alice invites Bob, Bob invites an account on Alice's phone."""
    again = make_user(name="Alice again", now=NOON)
    seen(alice, PHONE, now=NOON)
    seen(again, PHONE, ELSEWHERE, now=NOON)
    invite(alice, bob)
    assert assess(reward(bob, alice)).verdict == Verdict.ALLOW
    invite(bob, again)
    found = assess(reward(again, bob))
    assert (found.verdict, found.evidence) == (Verdict.FLAG, {"again": alice.code, "steps": 2})


def test_a_chain_of_friends_is_no_ring(alice: User, bob: User) -> None:
    """Alice invites Bob, Bob invites Carol, Carol invites Dan; each has a phone of their own."""
    carol, dan = make_user(name="Carol"), make_user(name="Dan")
    for number, person in enumerate((alice, bob, carol, dan)):
        seen(person, str(number) * 32, f"198.51.{number}.1", now=NOON)
    for inviter, invitee in ((alice, bob), (bob, carol), (carol, dan)):
        invite(inviter, invitee)
        assert assess(reward(invitee, inviter)).verdict == Verdict.ALLOW


@pytest.mark.parametrize(("steps", "verdict"), [(2, Verdict.ALLOW), (3, Verdict.FLAG)])
def test_a_ring_is_looked_for_as_far_as_was_said(alice: User, bob: User, steps: int, verdict: Verdict) -> None:
    set_detector("referral_ring", steps=steps)
    carol, again = make_user(name="Carol"), make_user(name="Alice again")
    seen(alice, PHONE, now=NOON)
    seen(again, PHONE, ELSEWHERE, now=NOON)
    for inviter, invitee in ((alice, bob), (bob, carol), (carol, again)):
        invite(inviter, invitee)
    assert assess(reward(again, carol)).verdict == verdict


def claim(person: User, kind: str = "coupon_claim") -> BenefitRequest:
    return BenefitRequest(user_id=person.pk, kind=kind, source="1", now=NOON)


@pytest.mark.parametrize("kind", ["coupon_claim", "coupon_code", "welcome"])
@pytest.mark.parametrize(("served", "verdict"), [(3, Verdict.ALLOW), (4, Verdict.DENY)])
def test_one_device_feeds_no_crowd_of_newcomers(bob: User, kind: str, served: int, verdict: Verdict) -> None:
    """I4: a family of four may each have one; the fifth account is told whom to ask, and not why."""
    template = make_template(None, (ScopeKind.NEWCOMER, ""), now=NOON)
    for person in neighbours_at(TABLET, served, now=NOON):
        give_coupon(person, template, now=NOON)
    seen(bob, TABLET, now=NOON)
    said = assess(claim(bob, kind))
    assert said.verdict == verdict
    if verdict == Verdict.DENY:
        assert "客服" in str(said.reason)
        assert "设备" not in str(said.reason)
        assert said.evidence == {}


def test_who_has_been_here_long_may_claim_on_any_device(alice: User) -> None:
    template = make_template(None, (ScopeKind.NEWCOMER, ""), now=NOON)
    for person in neighbours_at(TABLET, 9, now=NOON):
        give_coupon(person, template, now=NOON)
    old = seen(make_user(name="Olga", now=NOON - 400 * DAY), TABLET, now=NOON)
    assert assess(claim(old)).verdict == Verdict.ALLOW


def test_coupons_for_everybody_are_no_farm(bob: User) -> None:
    template = make_template(None, now=NOON)
    for person in neighbours_at(TABLET, 9, now=NOON):
        give_coupon(person, template, now=NOON)
    seen(bob, TABLET, now=NOON)
    assert assess(claim(bob)).verdict == Verdict.ALLOW
