"""Where people want things delivered: theirs alone, one of them the default."""

import datetime as dt

import pytest

from accounts.errors import TooManyAddresses
from accounts.models import Address
from accounts.selectors.addresses import address_of, addresses_of
from accounts.services import addresses
from accounts.services.addresses import MOST_ADDRESSES, add_address, change_address, make_default, remove_address
from common.errors import InvalidField, NotFound
from tests.factories.accounts import make_user
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def fields(**changes):
    return {
        "name": "王小明",
        "phone": "138 1234 5678",
        "region_code": "310115",
        "detail": "锦绣花园 3 栋 1201",
    } | changes


def add(user, **changes):
    return add_address(user=user, **fields(**changes))


def defaults(user):
    return list(Address.objects.filter(user=user, is_default=True).order_by("id"))


@pytest.mark.django_db
def test_the_first_address_is_the_default():
    alice = make_user()
    home, work = add(alice), add(alice, detail="世纪大道 1 号")
    assert list(addresses_of(alice)) == [home, work]
    assert defaults(alice) == [home]
    kept = Address.objects.get(pk=home.pk)
    assert (kept.name, kept.phone, kept.detail) == ("王小明", "13812345678", "锦绣花园 3 栋 1201")


@pytest.mark.django_db
def test_the_default_moves_and_there_is_always_one():
    alice = make_user()
    home, work, club = add(alice), add(alice, is_default=True), add(alice)
    assert defaults(alice) == [work]
    make_default(user=alice, code=club.code)
    assert defaults(alice) == [club]
    remove_address(address=Address.objects.get(pk=club.pk), now=NOW)
    assert defaults(alice) == [work]
    remove_address(address=Address.objects.get(pk=home.pk), now=NOW)
    assert list(addresses_of(alice)) == [work]
    remove_address(address=Address.objects.get(pk=work.pk), now=NOW)
    assert list(addresses_of(alice)) == []
    assert add(alice).is_default


@pytest.mark.django_db
def test_bob_neither_sees_nor_changes_alices_address():
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    home = add(alice)
    with pytest.raises(NotFound):
        address_of(bob, home.code)
    with pytest.raises(NotFound):
        change_address(user=bob, code=home.code, **fields(detail="世纪大道 1 号"))
    with pytest.raises(NotFound):
        make_default(user=bob, code=home.code)
    assert address_of(alice, home.code).detail == "锦绣花园 3 栋 1201"


@pytest.mark.django_db
def test_an_address_is_put_right():
    alice = make_user()
    home = add(alice)
    change_address(user=alice, code=home.code, **fields(detail="锦绣花园 4 栋"))
    assert address_of(alice, home.code).detail == "锦绣花园 4 栋"
    assert defaults(alice) == [home]


@pytest.mark.django_db
def test_what_was_removed_is_gone_and_removing_it_again_is_refused():
    alice = make_user()
    home = add(alice)
    remove_address(address=home, now=NOW)
    with pytest.raises(NotFound):
        address_of(alice, home.code)
    with pytest.raises(NotFound):
        remove_address(address=home, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("phone", "1"), ("region_code", " "), ("detail", "x" * 121)]
)
def test_an_address_nobody_could_deliver_to_is_refused(field, value):
    alice = make_user()
    with pytest.raises(InvalidField) as refusal:
        add(alice, **{field: value})
    assert refusal.value.params["field"] == field
    assert not Address.objects.exists()


@pytest.mark.django_db
def test_the_region_is_derived_from_its_code_and_kept_in_words():
    """D1: nobody types a region; what is kept is one that exists."""
    home = add(make_user())
    assert (home.region_code, home.region) == ("310115", "上海市 浦东新区")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("330000", "再往下选，选到区或县"),
        ("330100", "再往下选，选到区或县"),
        ("999999", "没有这个地区，重新选一下省市区"),
    ],
)
def test_a_region_too_wide_or_unknown_is_refused(code, sentence):
    """D1: a province is no place to bring a parcel to."""
    with pytest.raises(InvalidField, match=sentence):
        add(make_user(), region_code=code)
    assert not Address.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("detail", "sentence"),
    [
        ("302", "写详细一点才找得到，比如 翠湖湾 3 栋 1201"),
        ("20261122", "写详细一点才找得到"),
        ("上海市浦东新区", "省市区上面选过了，这里写小区、楼栋和门牌"),
        ("上海 浦东新区。", "省市区上面选过了"),
        ("---- ----", "省市区上面选过了"),
        ("翠湖湾 3 栋 138 1234 5678", "电话写在上面那一栏，这里只写小区、楼栋和门牌"),
        ("翠湖湾 3 栋１３８１２３４５６７８", "电话写在上面那一栏"),
    ],
)
def test_a_detail_that_leads_to_no_door_is_refused_with_the_fix(detail, sentence):
    """D1: too short, only the region again, or a telephone number."""
    with pytest.raises(InvalidField, match=sentence) as refusal:
        add(make_user(), detail=detail)
    assert refusal.value.params["field"] == "detail"
    assert not Address.objects.exists()


@pytest.mark.django_db
def test_an_address_from_before_the_check_keeps_working_until_it_is_changed():
    """D1: without a code it may still be delivered to; changing it asks for the region."""
    alice = make_user()
    Address.objects.create(user=alice, name="王小明", phone="13812345678", region="杭州", detail="翠湖湾 302")
    old = addresses_of(alice)[0]
    with pytest.raises(InvalidField, match="没有这个地区"):
        change_address(user=alice, code=old.code, **fields(region_code=""))
    change_address(user=alice, code=old.code, **fields(region_code="330106"))
    assert address_of(alice, old.code).region == "浙江省 杭州市 西湖区"


@pytest.mark.django_db
def test_there_is_an_end_to_addresses(monkeypatch):
    monkeypatch.setattr(addresses, "MOST_ADDRESSES", 2)
    alice = make_user()
    add(alice)
    add(alice)
    with pytest.raises(TooManyAddresses, match="最多保存 2 个地址"):
        add(alice)
    assert MOST_ADDRESSES == 20


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_defaults_at_once_are_one_default():
    alice = make_user()
    outcomes = at_once(10, lambda _index: add(alice, is_default=True))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(defaults(alice)) == 1
