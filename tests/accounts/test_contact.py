"""A4: whom buyers may call."""

import pytest

from accounts.models import Merchant
from accounts.services.merchants import change_service_contact
from common.errors import InvalidField
from common.models import AuditEntry
from tests.factories.accounts import make_merchant, owner_of

pytestmark = pytest.mark.django_db


def said(merchant: Merchant, **changes: str) -> None:
    fields = {"introduction": "赣南的橙子", "service_phone": "0797-823 1234", "service_hours": "每天 9:00–20:00"}
    change_service_contact(merchant=merchant, actor_id=owner_of(merchant).pk, **fields | changes)


def test_olivia_says_whom_to_call_and_the_trail_knows_what_she_changed() -> None:
    merchant = make_merchant()
    said(merchant, introduction="  赣南的 橙子\n树上摘 ")

    merchant.refresh_from_db()
    assert merchant.introduction == "赣南的 橙子 树上摘"
    assert (merchant.service_phone, merchant.service_hours) == ("0797-823 1234", "每天 9:00–20:00")
    entry = AuditEntry.objects.get(action="merchant.service")
    assert entry.actor_id == owner_of(merchant).pk
    assert entry.detail == {"fields": ["introduction", "service_hours", "service_phone"]}, "no number in the trail"


def test_saying_the_same_again_leaves_no_trail() -> None:
    merchant = make_merchant()
    for _time in range(2):
        said(merchant)
    assert AuditEntry.objects.filter(action="merchant.service").count() == 1


@pytest.mark.parametrize("phone", ["400-820-8820", "+86 138 0000 0001", "0797 (823) 1234", ""])
def test_numbers_people_print_on_a_bag(phone: str) -> None:
    merchant = make_merchant()
    said(merchant, service_phone=phone)
    assert merchant.service_phone == phone


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("service_phone", "找老周"),
        ("service_phone", "12"),
        ("service_phone", "javascript:1"),
        ("introduction", "橙" * 201),
        ("service_hours", "早" * 61),
    ],
)
def test_what_cannot_be_called_or_read_is_refused_and_changes_nothing(field: str, typed: str) -> None:
    merchant = make_merchant()
    with pytest.raises(InvalidField) as refusal:
        said(merchant, **{field: typed})
    assert refusal.value.params["field"] == field
    merchant.refresh_from_db()
    assert (merchant.introduction, merchant.service_phone, merchant.service_hours) == ("", "", "")
