"""I4: what no single order shows, many together do; the same facts are found once however often somebody looks."""

import datetime as dt
from dataclasses import replace

import pytest

from campaigns.services.settling import settle
from common.models import Alert
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.models import Coupon
from marketing.states import ScopeKind
from risk.detectors import methods
from risk.detectors.base import Suspicion
from risk.models import RiskCase
from risk.services.deciding import dismiss
from risk.services.sweeping import sweep
from risk.tasks import sweep_detectors
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.campaigns import fill, join_and_pay, make_open, make_point
from tests.factories.marketing import give_coupon, make_template
from tests.factories.orders import fetch, give_back
from tests.factories.risk import delivered, neighbours_at, seen, set_detector

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PHONE, TABLET = "p" * 32, "t" * 32


def found() -> list[tuple[str, str, int]]:
    """What stands in cases: who found it, about what kind of thing, with how many pieces of evidence."""
    cases = RiskCase.objects.order_by("pk")
    return [(case.detector, case.subject_kind, case.evidence.count()) for case in cases]


@pytest.mark.parametrize(("accounts", "cases"), [(5, []), (6, [("shared_device", "device", 1)])])
def test_a_crowd_at_one_device_is_a_case(accounts: int, cases: list[tuple[str, str, int]]) -> None:
    """I4: a family is none."""
    neighbours_at(TABLET, accounts, now=NOON)
    for _each in range(2):
        sweep(now=NOON)
    assert found() == cases


def test_one_more_account_is_news_in_the_same_case() -> None:
    neighbours_at(TABLET, 6, now=NOON)
    sweep(now=NOON)
    neighbours_at(TABLET, 1, now=NOON)
    sweep(now=NOON)
    assert found() == [("shared_device", "device", 2)]
    evidence = RiskCase.objects.get().evidence.order_by("pk")
    assert [figures["accounts"] for figures in evidence.values_list("figures", flat=True)] == [6, 7]


def test_what_was_dismissed_stays_so_while_nothing_changes() -> None:
    """The tablet of a pick-up point is what it is; the next night asks nobody again."""
    neighbours_at(TABLET, 6, now=NOON)
    sweep(now=NOON)
    dismiss(case=RiskCase.objects.get(), actor_id=make_operator("risk").pk, note="自提点的平板", now=NOON)
    sweep(now=NOON + DAY)
    assert [case.status for case in RiskCase.objects.all()] == ["dismissed"]


@pytest.mark.parametrize(("accounts", "cases"), [(6, []), (7, [("shared_address", "address", 1)])])
def test_a_crowd_behind_one_door_is_a_case(accounts: int, cases: list[tuple[str, str, int]]) -> None:
    for _each in range(accounts):
        delivered(make_user(), now=NOON)
    sweep(now=NOON)
    assert found() == cases


def test_a_ring_is_a_case_about_who_closed_it() -> None:
    alice, bob, again = make_user(name="Alice"), make_user(name="Bob"), make_user(name="Alice again")
    for person in (alice, again):
        seen(person, PHONE, now=NOON)
    for inviter, invitee in ((alice, bob), (bob, again)):
        invited(invitee=invitee, link=link_of(user=inviter, kind=Shared.HOME, code="", now=NOON), now=NOON)
    sweep(now=NOON)
    assert [(case.detector, case.person) for case in RiskCase.objects.all()] == [("referral_ring", again)]


@pytest.mark.parametrize(("used", "cases"), [(4, []), (5, ["coupon_farming"])])
def test_coupons_for_newcomers_used_from_one_device_are_a_case(used: int, cases: list[str]) -> None:
    """I4: claimed is not used, and a family of four may use what it was given."""
    set_detector("shared_device", accounts=50)
    template = make_template(None, (ScopeKind.NEWCOMER, ""), now=NOON)
    campaign = make_open(now=NOON)
    people = neighbours_at(TABLET, used + 1, now=NOON)
    for person in people:
        give_coupon(person, template, now=NOON)
    for person in people[:used]:
        join_and_pay(person, campaign, now=NOON)
    assert Coupon.objects.filter(status="used").count() == used
    sweep(now=NOON)
    assert [case.detector for case in RiskCase.objects.all()] == cases


@pytest.mark.parametrize(
    ("neighbours", "gives_back", "cases"),
    [(4, True, ["tier_lift"]), (4, False, []), (5, True, [])],
)
def test_a_tier_that_its_leader_bought_and_gave_back_is_a_case(
    neighbours: int, gives_back: bool, cases: list[str]
) -> None:
    """I4: with four neighbours the step of five was Lena's doing, with five it was not."""
    lena, merchant = make_user(name="Lena"), make_merchant(now=NOON)
    campaign = make_open(merchant, now=NOON - DAY, points=[make_point(merchant, leader=lena)])
    own = join_and_pay(lena, campaign, now=NOON - DAY)
    fill(campaign, neighbours, now=NOON - DAY)
    settle(campaign_id=campaign.pk, now=NOON)
    own.refresh_from_db()
    own = fetch(own, now=NOON)
    if gives_back:
        give_back(own, own.lines.get().paid_fen - own.lines.get().refunded_fen, now=NOON)
    sweep(now=NOON)
    assert [case.detector for case in RiskCase.objects.all()] == cases
    assert all(case.person == lena for case in RiskCase.objects.all())


def test_a_detector_that_only_looks_opens_cases_and_one_that_is_off_does_not() -> None:
    neighbours_at(TABLET, 6, now=NOON)
    set_detector("shared_device", is_on=False)
    sweep(now=NOON)
    assert found() == []
    set_detector("shared_device", is_on=True, action="allow")
    sweep(now=NOON)
    assert found() == [("shared_device", "device", 1)]


def test_a_detector_that_breaks_down_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others look; operators hear of it, and again when it works."""

    def breaks(*_given: object) -> list[Suspicion]:
        raise RuntimeError("no such column")

    broken = replace(methods["coupon_farming"], sweep=breaks)
    neighbours_at(TABLET, 6, now=NOON)
    with monkeypatch.context() as patch:
        patch.setitem(methods._entries, "coupon_farming", broken)
        sweep(now=NOON)
    assert found() == [("shared_device", "device", 1)]
    assert Alert.objects.get().subject == "detector:coupon_farming"
    sweep(now=NOON)
    assert Alert.objects.filter(closed_at__isnull=True).count() == 0


def test_the_sweep_asks_the_databases_clock() -> None:
    """What was seen in a far future is nothing yet to a sweep of today."""
    sweep_detectors()
    assert found() == []
