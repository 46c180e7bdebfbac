"""H6, H7: leaderboards, customers and tags over the API; of their own segment nobody hears."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Merchant, User
from accounts.states import StaffRole
from common.models import AuditEntry
from community.models import UserTag
from community.services.segmenting.recomputing import recompute_segments
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.factories.segments import make_purchase
from tests.web.api.conftest import Program, is_problem

ProgramOf = Callable[..., Program]
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


@pytest.fixture
def alice(merchant: Merchant) -> User:
    """A neighbour who bought three pieces for ¥30.00."""
    person = make_user("13912345678", name="王晓雨")
    make_member(person, make_community())
    make_purchase(person, make_sku(merchant), at=timezone.now(), fen=3000, pieces=3)
    recompute_segments(now=timezone.now())
    return person


def test_customers_are_masked_and_found(program: ProgramOf, merchant: Merchant, alice: User) -> None:
    """H7: as on the page of the shop."""
    mary = program(owner_of(merchant))
    (found,) = mary.ask("merchant/customers/", segment="new").json()["results"]
    assert (found["code"], found["name"], found["phone"]) == (alice.code, "王**", "139****5678")
    assert (found["segment"], found["orders"], found["spent_fen"], found["tags"]) == ("new", 1, 3000, [])
    assert mary.ask("merchant/customers/", segment="churned").json()["results"] == []
    assert mary.ask("merchant/customers/", segment="x").status_code == 400


def test_a_profile_is_a_look_that_is_written_down(program: ProgramOf, merchant: Merchant, alice: User) -> None:
    """H7: what she bought here, and who asked."""
    profile = program(owner_of(merchant)).ask(f"merchant/customers/{alice.code}/").json()
    assert profile["favourites"] == [
        {"product": merchant.products.get().code, "name": "红富士苹果", "pieces": 3},
    ]
    assert (profile["average_fen"], len(profile["orders"])) == (3000, 1)
    assert AuditEntry.objects.get(action="customer.look").actor == owner_of(merchant)


def test_words_are_put_on_and_taken_off(program: ProgramOf, merchant: Merchant, alice: User) -> None:
    """H7: on own customers only; a stranger is not there."""
    mary = program(owner_of(merchant))
    tags = f"merchant/customers/{alice.code}/tags/"
    put = mary.tell(tags, {"name": "老顾客"})
    assert (put.status_code, put.json()["name"]) == (201, "老顾客")
    assert mary.tell(tags, {"name": "老顾客"}).json() == put.json()
    assert mary.ask("merchant/tags/").json() == [put.json() | {"wearers": 1}]
    assert mary.delete(f"/api/v1/{tags}{put.json()['id']}/").status_code == 204
    assert not UserTag.objects.exists()
    is_problem(mary.delete(f"/api/v1/{tags}0/"), 404, "unknown_tag")
    stranger = make_user(name="Bob")
    is_problem(mary.tell(f"merchant/customers/{stranger.code}/tags/", {"name": "x"}), 404, "unknown_customer")


def test_warehouse_and_finance_know_no_customers(program: ProgramOf, merchant: Merchant, alice: User) -> None:
    """H7: those who answer buyers do."""
    for role, status in ((StaffRole.SUPPORT, 200), (StaffRole.WAREHOUSE, 403), (StaffRole.FINANCE, 403)):
        stan = program(make_staff(merchant, role))
        assert stan.ask(f"merchant/customers/{alice.code}/").status_code == status


def test_my_leaderboard_and_the_way_off_it(program: ProgramOf, alice: User) -> None:
    """H6: my place, and gone at once when I do not want it."""
    caller, month = program(alice), f"{timezone.localtime():%Y-%m}"
    shown = caller.ask("me/leaderboard/", board="pieces").json()
    me = {"place": 1, "name": "王**", "result": 3, "is_me": True}
    assert (shown["month"], shown["first"], shown["mine"], shown["people"]) == (month, [me], me, 1)
    hidden = caller.tell("me/leaderboard/", {"hidden": True}, method="patch").json()
    assert (hidden["hidden"], hidden["first"], hidden["mine"]) == (True, [], None)
    assert caller.tell("me/leaderboard/", {"hidden": False}, method="patch").json()["people"] == 1


def test_who_lives_nowhere_has_an_empty_board(program: ProgramOf) -> None:
    """H6: an answer all the same."""
    shown = program(make_user()).ask("me/leaderboard/", month="x").json()
    assert (shown["community"], shown["first"], shown["mine"]) == ("", [], None)


def test_nobody_hears_their_own_segment(program: ProgramOf, alice: User) -> None:
    """H7: it is the house's word on somebody, not theirs to read."""
    caller = program(alice)
    for path in ("me/", "me/leaderboard/"):
        assert "segment" not in caller.ask(path).json()
