"""A5: operators too have roles, each with the least that its work needs."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.services.operators import UnknownPermission, appoint, dismiss, ensure_groups
from common.errors import InvalidField
from common.models import AuditEntry
from tests.factories.accounts import make_operator, make_user

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_the_five_roles_exist_and_making_them_again_changes_nothing():
    """A5: operations, support, content, finance, risk."""
    first = {group.name: set(group.permissions.all()) for group in ensure_groups()}
    assert set(first) == {"operations", "support", "content", "finance", "risk"}
    assert {group.name: set(group.permissions.all()) for group in ensure_groups()} == first
    assert Group.objects.count() == 5


@pytest.mark.django_db
def test_a_permission_somebody_added_by_hand_does_not_stay():
    support, finance = (group for group in ensure_groups() if group.name in ("support", "finance"))
    support.permissions.add(*finance.permissions.all())
    ensure_groups()
    oscar = make_operator("support")
    assert not oscar.has_perm("payments.change_refund")


@pytest.mark.django_db
def test_nobody_may_do_anothers_work():
    """A5: least privilege."""
    support, content, finance = make_operator("support"), make_operator("content"), make_operator("finance")
    assert finance.has_perm("payments.change_refund")
    assert not support.has_perm("payments.change_refund")
    assert content.has_perm("catalog.change_product")
    assert not content.has_perm("accounts.view_user")
    assert not finance.has_perm("accounts.change_merchant")
    every = {permission for group in ensure_groups() for permission in group.permissions.all()}
    deleting = {permission.codename for permission in every if permission.codename.startswith("delete_")}
    assert deleting == {"delete_riskitem"}, "only what operators wrote themselves, and a service writes down"


@pytest.mark.django_db
def test_a_misspelt_permission_stops_everything(settings):
    settings.OPERATOR_GROUPS = {"operations": ["orders.view_order"], "broken": ["orders.view_ordre"]}
    with pytest.raises(UnknownPermission, match="view_ordre"):
        ensure_groups()
    assert not Group.objects.exists()


@pytest.mark.django_db
def test_roles_come_and_go_and_are_written_down():
    boss, oscar = make_operator(), make_operator("support", name="Oscar")
    appoint(user=oscar, groups=["risk", "finance"], actor_id=boss.pk, now=NOW)
    assert fresh(oscar).is_staff
    assert fresh(oscar).has_perm("payments.change_refund")
    entry = AuditEntry.objects.filter(action="operator.appoint").latest("id")
    assert (entry.actor, entry.detail) == (boss, {"groups": ["finance", "risk"]})
    with pytest.raises(InvalidField):
        appoint(user=oscar, groups=["king"], actor_id=boss.pk, now=NOW)

    dismiss(user=oscar, actor_id=boss.pk, now=NOW)
    assert not fresh(oscar).is_staff
    assert not fresh(oscar).has_perm("payments.change_refund")
    assert AuditEntry.objects.latest("id").action == "operator.dismiss"


@pytest.mark.django_db
def test_the_first_operator_is_appointed_from_the_command_line():
    alice = make_user("13812345678")
    call_command("appoint_operator", "138 1234 5678", "operations", "finance", stdout=StringIO())
    assert fresh(alice).is_staff
    assert set(alice.groups.values_list("name", flat=True)) == {"operations", "finance"}
    assert not fresh(alice).is_superuser
    call_command("appoint_operator", "13812345678", "--superuser", stdout=StringIO())
    assert fresh(alice).has_perm("payments.change_refund")
    dismiss(user=fresh(alice), actor_id=None, now=NOW)
    assert not fresh(alice).is_superuser
    with pytest.raises(CommandError, match="at least one group"):
        call_command("appoint_operator", "13812345678", stdout=StringIO())
    with pytest.raises(CommandError, match="Nobody has registered"):
        call_command("appoint_operator", "13700000001", "finance", stdout=StringIO())
    with pytest.raises(CommandError, match="运营组"):
        call_command("appoint_operator", "13812345678", "king", stdout=StringIO())


@pytest.mark.django_db
def test_the_command_lists_the_roles():
    told = StringIO()
    call_command("ensure_groups", stdout=told)
    assert len(told.getvalue().splitlines()) == 5
