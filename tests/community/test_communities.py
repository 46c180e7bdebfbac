"""C2: neighbours choose one community; operators found them; merchants say which of them their points serve."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import InvalidField
from common.invariants import check_all
from common.models import AuditEntry
from community.errors import CommunityClosed, NoSuchCommunity
from community.models import Community, Membership
from community.selectors.communities import (
    active_community,
    by_district,
    community_of,
    listed,
    members_count,
    point_ids_of,
)
from community.services import memberships
from community.services.communities import serve, update_community
from community.services.memberships import move_in
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import make_point
from tests.factories.community import HERE, make_community, make_member
from tests.parallel import Meeting, at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def rewrite(community: Community, **changes: Any) -> Community:
    """As an operator would write it anew, with something changed."""
    fields: dict[str, Any] = {
        name: getattr(community, name)
        for name in ("name", "kind", "region_code", "address", "latitude", "longitude", "is_active")
    }
    fields |= {"points": list(community.pickup_points.all()), "actor_id": None}
    return update_community(community=community, **fields | changes)


@pytest.mark.django_db
def test_alice_moves_in_and_later_elsewhere() -> None:
    """One community at a time; the old membership ends when the new one begins."""
    alice, old, new = make_user(), make_community("锦绣花园"), make_community("翠苑小区")
    move_in(user=alice, community=old, now=NOW)
    move_in(user=alice, community=new, now=NOW + HOUR)
    spans = Membership.objects.filter(user=alice).order_by("pk").values_list("community__name", "joined_at", "left_at")
    assert list(spans) == [("锦绣花园", NOW, NOW + HOUR), ("翠苑小区", NOW + HOUR, None)]
    assert community_of(alice) == new
    assert (members_count(old), members_count(new)) == (0, 1)


@pytest.mark.django_db
def test_choosing_the_same_community_again_changes_nothing() -> None:
    alice, community = make_user(), make_community()
    first = move_in(user=alice, community=community, now=NOW)
    assert move_in(user=alice, community=community, now=NOW + HOUR) == first
    assert Membership.objects.get().joined_at == NOW


@pytest.mark.django_db
def test_a_clock_that_runs_behind_lets_nobody_leave_before_they_came() -> None:
    alice, now = make_user(), timezone.now()
    move_in(user=alice, community=make_community("甲"), now=now)
    move_in(user=alice, community=make_community("乙"), now=now - HOUR)
    assert set(Membership.objects.values_list("joined_at", "left_at")) == {(now, now), (now, None)}
    assert check_all() == []


@pytest.mark.django_db
def test_nobody_moves_into_a_closed_community() -> None:
    """Its members are asked to choose again, and keep their history."""
    alice, community = make_user(), make_community()
    make_member(alice, community)
    rewrite(community, is_active=False)
    assert community_of(alice) is None
    assert listed() == []
    with pytest.raises(CommunityClosed):
        move_in(user=make_user(name="Bob"), community=community, now=NOW)
    with pytest.raises(NoSuchCommunity):
        active_community(community.code)
    assert Membership.objects.count() == 1


@pytest.mark.django_db
def test_an_operator_founds_a_community_on_the_record() -> None:
    merchant, operator = make_merchant(), make_operator("operations")
    east, west = make_point(merchant, "东门"), make_point(merchant, "西门")
    community = make_community("  翠苑  小区 ", points=[east, west], actor_id=operator.pk, now=NOW)
    assert (community.name, community.founded_at, community.is_active) == ("翠苑 小区", NOW, True)
    assert sorted(point_ids_of(community)) == [east.pk, west.pk]
    entry = AuditEntry.objects.get(action="community.found")
    assert (entry.actor_id, entry.subject) == (operator.pk, f"community:{community.code}")
    assert entry.detail == {"points": sorted([east.code, west.code])}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "  "),
        ("name", "长" * 41),
        ("address", ""),
        ("kind", "castle"),
        ("region_code", "330100"),
        ("region_code", "999999"),
        ("region_code", ""),
        ("latitude", Decimal(91)),
        ("longitude", Decimal(-181)),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(field: str, typed: Any) -> None:
    community = make_community()
    with pytest.raises(InvalidField) as refused:
        rewrite(community, **{field: typed})
    assert refused.value.params["field"] == field
    assert Community.objects.get().name == "锦绣花园"


@pytest.mark.django_db
def test_a_district_has_one_community_of_a_name() -> None:
    make_community()
    with pytest.raises(InvalidField, match="同名") as refused:
        make_community()
    assert refused.value.params["field"] == "name"
    make_community(region_code="330105")
    assert Community.objects.count() == 2


@pytest.mark.django_db
def test_a_merchant_says_whom_a_point_serves_and_touches_nobody_elses() -> None:
    """What other points serve stays; so does what this one serves of a closed community."""
    merchant = make_merchant()
    mine, other = make_point(merchant, "东门"), make_point(merchant, "西门")
    garden, closed, hill = (make_community(name, points=[mine, other]) for name in ("花园", "旧城", "山上"))
    rewrite(closed, is_active=False)
    serve(point=mine, communities=[hill], actor_id=owner_of(merchant).pk)
    assert set(mine.communities.all()) == {hill, closed}
    assert set(other.communities.all()) == {garden, hill, closed}
    assert AuditEntry.objects.get(action="community.serve").detail == {"communities": [hill.code]}


@pytest.mark.django_db
def test_a_point_that_is_closed_serves_nobody() -> None:
    point = make_point(make_merchant())
    community = make_community(points=[point])
    type(point).objects.filter(pk=point.pk).update(is_active=False)
    assert point_ids_of(community) == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["锦绣", "jinxiu", "jxhy", "JXHY", "文三", "西湖区", "西湖 jx"])
def test_a_community_is_found_by_characters_pinyin_and_initials(typed: str) -> None:
    """B10: by name, street and district."""
    make_community("锦绣花园")
    make_community("滨江名苑", region_code="330108", address="江南大道 9 号")
    assert [entry.community.name for entry in listed(search=typed)] == ["锦绣花园"]


@pytest.mark.django_db
def test_the_nearest_comes_first_where_the_position_is_known() -> None:
    far = make_community("远", latitude=HERE[0] + Decimal("0.1"))
    near = make_community("近", longitude=HERE[1] + Decimal("0.01"))
    assert [(entry.community, entry.metres) for entry in listed(near=HERE)] == [(near, 960), (far, 11120)]
    assert [entry.metres for entry in listed()] == [None, None]


@pytest.mark.django_db
def test_communities_are_listed_by_district_with_their_neighbours_counted() -> None:
    home = make_community("锦绣花园")
    moved = make_user()
    for person in (make_user(), make_user(), moved):
        make_member(person, home)
    make_member(moved, make_community("江边", region_code="330108"))
    districts = by_district(listed())
    assert {name: [(one.community.name, one.members) for one in entries] for name, entries in districts.items()} == {
        "浙江省 杭州市 西湖区": [("锦绣花园", 2)],
        "浙江省 杭州市 滨江区": [("江边", 1)],
    }


@pytest.mark.django_db
def test_the_list_takes_one_query_however_long() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(search="小区", near=HERE)
        return len(captured)

    make_community("小区 1")
    for number in range(2, 8):
        make_member(make_user(), make_community(f"小区 {number}"))
    assert queries() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_membership() -> None:
    """Two phones of one person choose at the same instant: both are answered, one community is left."""
    alice, places = make_user(), [make_community("甲"), make_community("乙")]
    answers = at_once(2, lambda index: move_in(user=alice, community=places[index], now=timezone.now()))
    assert [type(answer) for answer in answers] == [Membership, Membership]
    assert Membership.objects.filter(user=alice, left_at__isnull=True).count() == 1
    assert Membership.objects.count() == 2
    assert check_all() == []


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_tap_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: both look before either writes; only the constraint is left, and it answers with a fault."""
    alice, places = make_user(), [make_community("甲"), make_community("乙")]
    meeting = Meeting()
    monkeypatch.setattr(memberships, "_lock_person", lambda user: None)
    created = Membership.objects.create
    monkeypatch.setattr(
        memberships.Membership.objects, "create", lambda **fields: (meeting.wait(), created(**fields))[1]
    )
    answers = at_once(2, lambda index: move_in(user=alice, community=places[index], now=timezone.now()))
    assert {type(answer) for answer in answers} == {Membership, IntegrityError}
