"""I4, G5: rewards that were flagged wait for their case, and go the way it is decided."""

import datetime as dt

import pytest

from accounts.models import User
from common import events
from community.models import PointsAccount
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.models import Reward
from risk.models import RiskCase
from risk.selectors.cases import rewards_of
from risk.services.deciding import confirm, dismiss
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_operator, make_user
from tests.factories.community import make_community, make_member
from tests.factories.marketing import make_referral, make_template
from tests.factories.risk import seen

pytestmark = pytest.mark.django_db
PHONE = "p" * 32


@pytest.fixture
def alice() -> User:
    """Whoever brings somebody."""
    return make_user(name="Alice", now=NOON - dt.timedelta(days=9))


@pytest.fixture
def rita() -> User:
    return make_operator("risk", name="Rita")


def brings_herself(alice: User) -> User:
    """Another account on her phone comes by her link and moves in; news are delivered."""
    bob = make_user(name="Bob", now=NOON)
    for person in (alice, bob):
        seen(person, PHONE, now=NOON)
    invited(invitee=bob, link=link_of(user=alice, kind=Shared.HOME, code="", now=NOON), now=NOON)
    make_member(bob, make_community(), now=NOON)
    events.drain(now=NOON)
    return bob


def rewards() -> list[tuple[str, str]]:
    return list(Reward.objects.order_by("side").values_list("side", "status"))


def points_of(person: User) -> int:
    return PointsAccount.objects.filter(user=person).values_list("balance", flat=True).first() or 0


def test_both_rewards_of_one_hand_wait_and_are_void_when_it_is_so(alice: User, rita: User) -> None:
    """I4: a case about each of the two; whoever reads why gets to know no rule."""
    make_referral(now=NOON)
    bob = brings_herself(alice)
    assert rewards() == [("invitee", "waiting"), ("inviter", "waiting")]
    cases = RiskCase.objects.order_by("person")
    assert [(case.detector, case.person) for case in cases] == [("self_referral", alice), ("self_referral", bob)]
    for case in cases:
        confirm(case=case, actor_id=rita.pk, note="同一台手机", now=NOON)
    assert rewards() == [("invitee", "void"), ("inviter", "void")]
    assert {reward.note for reward in Reward.objects.all()} == {"核查后不予发放"}
    assert (points_of(alice), points_of(bob)) == (0, 0)


def test_a_couple_gets_its_rewards_when_somebody_has_looked(alice: User, rita: User) -> None:
    make_referral(now=NOON)
    bob = brings_herself(alice)
    for case in RiskCase.objects.all():
        dismiss(case=case, actor_id=rita.pk, note="夫妻共用平板", now=NOON)
    assert rewards() == [("invitee", "granted"), ("inviter", "granted")]
    assert (points_of(alice), points_of(bob)) == (100, 50)


def test_a_reward_that_two_cases_are_about_waits_for_both(alice: User, rita: User) -> None:
    make_referral(now=NOON)
    brings_herself(alice)
    case = RiskCase.objects.get(person=alice)
    [reward] = rewards_of(case)
    other = RiskCase.objects.exclude(pk=case.pk).get()
    other.evidence.create(about=case.evidence.get().about, figures={}, seen_at=NOON)
    dismiss(case=case, actor_id=rita.pk, note="夫妻", now=NOON)
    reward.refresh_from_db()
    assert reward.status == "waiting"
    dismiss(case=other, actor_id=rita.pk, note="夫妻", now=NOON)
    reward.refresh_from_db()
    assert reward.status == "granted"


def test_what_cannot_be_given_just_now_keeps_no_case_open(alice: User, rita: User) -> None:
    """The coupon has run out: the case is dismissed, and the reward goes on waiting where rewards wait."""
    template = make_template(None, now=NOON, total=1)
    make_referral(now=NOON, inviter_coupon=template)
    brings_herself(alice)
    template.issued = 1
    template.save(update_fields=["issued"])
    case = RiskCase.objects.get(person=alice)
    dismiss(case=case, actor_id=rita.pk, note="夫妻", now=NOON)
    assert RiskCase.objects.get(pk=case.pk).status == "dismissed"
    assert dict(rewards())["inviter"] == "waiting"
    assert points_of(alice) == 0
    template.issued = 0
    template.save(update_fields=["issued"])
