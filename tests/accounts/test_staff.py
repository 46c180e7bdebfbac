"""A5: roles of a merchant's staff; everyone sees only their own merchant."""

import datetime as dt

import pytest

from accounts.errors import AlreadyStaff, LastOwner, NoSuchPerson, TooManyLookups
from accounts.models import StaffMember, User
from accounts.selectors.staff import (
    merchants_of,
    recipient,
    recipients,
    role_in,
    staff_of,
    staff_recipients,
    works_for,
)
from accounts.services.staff import LOOKUPS_A_DAY, add_staff, change_role, remove_staff
from common.errors import Denied, InvalidField, NotFound
from common.models import AuditEntry
from notifications.services.inbox import Recipient
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def add(merchant, person, actor=None, role="warehouse"):
    actor_id = (actor or owner_of(merchant)).pk
    return add_staff(merchant=merchant, phone=person.phone, role=role, actor_id=actor_id, now=NOW)


@pytest.mark.django_db
def test_olivia_takes_stan_on():
    """A5: give staff roles."""
    orchard, bakery = make_merchant("果园"), make_merchant("面包房")
    stan = make_user(name="Stan")
    add(orchard, stan)
    assert role_in(stan, orchard) == "warehouse"
    assert role_in(stan, bakery) is None
    assert list(merchants_of(stan)) == [orchard]
    assert works_for(stan.pk, orchard.pk)
    assert not works_for(stan.pk, bakery.pk)
    assert [member.user for member in staff_of(orchard)] == [owner_of(orchard), stan]
    entry = AuditEntry.objects.get(action="staff.add")
    assert (entry.actor, entry.detail) == (owner_of(orchard), {"user": stan.pk, "role": "warehouse"})


@pytest.mark.django_db
def test_only_owners_and_operators_decide_about_staff():
    orchard, mallory = make_merchant("果园"), owner_of(make_merchant("面包房"))
    manager, stan = make_staff(orchard, "manager"), make_user(name="Stan")
    for stranger in (mallory, manager, stan):
        with pytest.raises(Denied):
            add(orchard, stan, actor=stranger)
        with pytest.raises(Denied):
            change_role(merchant=orchard, user=manager, role="owner", actor_id=stranger.pk, now=NOW)
    with pytest.raises(Denied):
        remove_staff(merchant=orchard, user=manager, actor_id=mallory.pk, now=NOW)
    assert StaffMember.objects.filter(merchant=orchard).count() == 2
    add(orchard, stan, actor=make_operator())


@pytest.mark.django_db
def test_who_is_not_there_or_there_already_cannot_be_added():
    orchard = make_merchant()
    stan = make_staff(orchard)
    with pytest.raises(AlreadyStaff):
        add(orchard, stan)
    with pytest.raises(NoSuchPerson):
        add_staff(merchant=orchard, phone="13700000009", role="support", actor_id=owner_of(orchard).pk, now=NOW)
    with pytest.raises(InvalidField):
        add(orchard, make_user(), role="king")
    assert StaffMember.objects.filter(merchant=orchard).count() == 2


@pytest.mark.django_db
def test_a_merchant_cannot_ask_for_every_number_there_is():
    orchard = make_merchant()
    for index in range(LOOKUPS_A_DAY + 5):
        with pytest.raises((NoSuchPerson, TooManyLookups)) as refusal:
            add_staff(merchant=orchard, phone=f"137{index:08d}", role="support", actor_id=owner_of(orchard).pk, now=NOW)
        assert isinstance(refusal.value, TooManyLookups) == (index >= LOOKUPS_A_DAY)


@pytest.mark.django_db
def test_a_role_changes_and_ends():
    orchard = make_merchant()
    olivia, stan = owner_of(orchard), make_staff(orchard, "support")
    change_role(merchant=orchard, user=stan, role="finance", actor_id=olivia.pk, now=NOW)
    assert role_in(stan, orchard) == "finance"
    remove_staff(merchant=orchard, user=stan, actor_id=olivia.pk, now=NOW)
    assert role_in(stan, orchard) is None
    with pytest.raises(NotFound):
        remove_staff(merchant=orchard, user=stan, actor_id=olivia.pk, now=NOW)
    assert list(AuditEntry.objects.filter(action__startswith="staff.").values_list("action", flat=True)) == [
        "staff.add",
        "staff.change",
        "staff.remove",
    ]


@pytest.mark.django_db
def test_people_may_leave_but_the_last_owner_may_not():
    orchard = make_merchant()
    olivia, stan = owner_of(orchard), make_staff(orchard)
    remove_staff(merchant=orchard, user=stan, actor_id=stan.pk, now=NOW)
    with pytest.raises(LastOwner):
        remove_staff(merchant=orchard, user=olivia, actor_id=olivia.pk, now=NOW)
    with pytest.raises(LastOwner):
        change_role(merchant=orchard, user=olivia, role="manager", actor_id=olivia.pk, now=NOW)
    assert role_in(olivia, orchard) == "owner"
    second = make_staff(orchard, "owner")
    remove_staff(merchant=orchard, user=olivia, actor_id=second.pk, now=NOW)
    assert role_in(olivia, orchard) is None


@pytest.mark.django_db
def test_who_is_to_be_told():
    orchard = make_merchant()
    olivia, stan = owner_of(orchard), make_staff(orchard, "warehouse", user=make_user(language="en"))
    gone = make_staff(orchard, "support")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert staff_recipients(orchard.pk) == [Recipient(olivia.pk, "zh-hans"), Recipient(stan.pk, "en")]
    assert staff_recipients(orchard.pk, roles=["warehouse"]) == [Recipient(stan.pk, "en")]
    assert staff_recipients(orchard.pk, roles=[]) == []
    assert recipients([gone.pk, stan.pk]) == [recipient(stan)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_leave_one():
    orchard = make_merchant()
    olivia = owner_of(orchard)
    other = make_staff(orchard, "owner")
    pairs = [(olivia, other), (other, olivia)]

    def remove(index):
        actor, victim = pairs[index]
        remove_staff(merchant=orchard, user=victim, actor_id=actor.pk, now=NOW)

    at_once(2, remove)
    assert StaffMember.objects.filter(merchant=orchard, role="owner").count() == 1
