"""C2, K4: the hall as programs see it: by community, by words, by the biggest drop."""

from collections.abc import Callable

import pytest

from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import make_open, make_point
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.web.api.conftest import Program

ProgramOf = Callable[..., Program]

pytestmark = pytest.mark.django_db


def codes(answer: object) -> list[str]:
    return [card["code"] for card in answer.json()["results"]]  # type: ignore[attr-defined]


def test_the_hall_of_a_community(program: ProgramOf) -> None:
    merchant = make_merchant()
    east, west = make_point(merchant, "东门"), make_point(merchant, "西门")
    garden = make_community("锦绣花园", points=[east])
    here, _there = make_open(merchant, points=[east]), make_open(merchant, points=[west])
    assert codes(program().ask("campaigns/", community=garden.code)) == [here.code]
    assert len(codes(program().ask("campaigns/"))) == 2


def test_a_community_that_is_not_there_is_a_404_with_its_code(program: ProgramOf) -> None:
    answer = program().ask("campaigns/", community="ABCDEFGHJK")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_community")


def test_words_and_drops(program: ProgramOf) -> None:
    merchant = make_merchant()
    cheap = make_open(merchant, title="赣南脐橙")
    dear = make_open(merchant, title="丹东草莓", skus=[make_sku(merchant, price_fen=9900)])
    assert codes(program().ask("campaigns/", search="qc")) == [cheap.code]
    assert codes(program().ask("campaigns/", sort="drop")) == [dear.code, cheap.code]


def test_communities_are_found_and_sorted_by_distance(program: ProgramOf) -> None:
    garden = make_community("锦绣花园")
    make_member(make_user(), garden)
    make_community("江边", region_code="330108")
    found = program().ask("communities/", search="jxhy").json()
    assert [(one["name"], one["district"], one["members"], one["metres"]) for one in found] == [
        ("锦绣花园", "浙江省 杭州市 西湖区", 1, None)
    ]
    near = program().ask("communities/", latitude="30.2721", longitude="120.1312").json()
    assert {one["metres"] for one in near} == {0}
    assert program().ask("communities/", latitude="91", longitude="0").status_code == 400
