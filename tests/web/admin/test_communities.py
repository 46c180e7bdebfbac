"""C2: operators found communities, change them, and close them; nobody else does, and nobody deletes one."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.models import AuditEntry
from community.models import Community
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import make_point
from tests.factories.community import make_community, make_member
from tests.web.admin.conftest import Desk, page_of

pytestmark = pytest.mark.django_db
ADD = "/admin/community/community/add/"


def typed(**changes: Any) -> dict[str, Any]:
    """What stands in the form."""
    return {
        "name": "翠苑小区",
        "kind": "estate",
        "region_code": "330106",
        "address": "翠苑一区",
        "latitude": "30.285",
        "longitude": "120.12",
        "pickup_points": [],
    } | changes


def change(browser: Client, community: Community, **changes: Any) -> Any:
    address = reverse("admin:community_community_change", args=[community.pk])
    return browser.post(address, typed(is_active="on") | changes)


def test_an_operator_founds_a_community_with_its_points(desk: Desk) -> None:
    east, west = (make_point(make_merchant(name), "东门") for name in ("山里", "海边"))
    operator = desk("operations")
    assert operator.post(ADD, typed(pickup_points=[east.pk, west.pk])).status_code == 302
    community = Community.objects.get()
    assert (community.name, community.is_active, community.pickup_points.count()) == ("翠苑小区", True, 2)
    assert "cui yuan" in community.search_text
    assert AuditEntry.objects.get(action="community.found").subject == f"community:{community.code}"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("region_code", "330100", "填区县的六位代码"),
        ("latitude", "91", "纬度在 -90 和 90 之间"),
        ("name", "", "必填"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(desk: Desk, field: str, value: str, sentence: str) -> None:
    page = desk("operations").post(ADD, typed(**{field: value}))
    assert (page.status_code, Community.objects.count()) == (200, 0)
    assert sentence in page.content.decode()


def test_a_second_one_of_the_same_name_is_said_too(desk: Desk) -> None:
    make_community("翠苑小区")
    assert desk("operations").post(ADD, typed()).status_code == 200
    assert Community.objects.count() == 1


def test_an_operator_changes_and_closes_it_on_the_record(desk: Desk) -> None:
    point = make_point(make_merchant())
    community = make_community("锦绣花园", points=[point])
    operator = desk("operations")
    change(operator, community, name="锦绣家园", pickup_points=[])
    community.refresh_from_db()
    assert (community.name, community.is_active, community.pickup_points.count()) == ("锦绣家园", True, 0)
    change(operator, community, is_active="")
    community.refresh_from_db()
    assert not community.is_active
    assert AuditEntry.objects.filter(action="community.update").count() == 2


def test_others_may_not_and_nobody_deletes(desk: Desk, chief: Client) -> None:
    community = make_community()
    for group in ("support", "content", "finance", "risk"):
        browser = desk(group)
        assert browser.post(ADD, typed()).status_code == 403
        assert page_of(browser, community).status_code == 403
    address = reverse("admin:community_community_delete", args=[community.pk])
    assert chief.post(address, {"post": "yes"}).status_code == 403
    assert Community.objects.count() == 1


def test_the_list_counts_neighbours_and_is_searched_in_pinyin(desk: Desk) -> None:
    make_member(make_user(), make_community("锦绣花园"))
    make_community("翠苑小区")
    page = desk("operations").get("/admin/community/community/", {"q": "jin xiu"})
    assert [(one.name, one.living) for one in page.context["cl"].result_list] == [("锦绣花园", 1)]
