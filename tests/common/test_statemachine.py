"""States are moved by whoever wins in the database, along the table, with a line in the timeline."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.models import Merchant
from common.models import Transition
from common.statemachine import StateChanged, begin, move, move_many
from tests.factories.accounts import make_merchant, make_operator
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def steps(merchant):
    lines = Transition.objects.filter(entity="accounts.merchant", object_id=merchant.pk).order_by("id")
    return list(lines.values_list("from_state", "to_state"))


@pytest.mark.django_db
def test_a_move_changes_the_state_its_fields_and_the_timeline():
    oscar, orchard = make_operator(), make_merchant(approved=False)
    move(orchard, "rejected", now=NOW, actor_id=oscar.pk, reason="看不清", decision_note="看不清")
    kept = Merchant.objects.get(pk=orchard.pk)
    assert (kept.status, kept.decision_note) == (orchard.status, orchard.decision_note) == ("rejected", "看不清")
    line = Transition.objects.filter(object_id=orchard.pk, entity="accounts.merchant").latest("id")
    assert (line.from_state, line.to_state, line.reason) == ("applied", "rejected", "看不清")
    assert (line.actor, line.at) == (oscar, NOW)


@pytest.mark.django_db
def test_a_way_that_is_not_in_the_table_is_refused():
    orchard = make_merchant(approved=False)
    with pytest.raises(StateChanged):
        move(orchard, "suspended", now=NOW)
    assert Merchant.objects.get(pk=orchard.pk).status == "applied"
    assert steps(orchard) == [("", "applied")]


@pytest.mark.django_db
def test_a_stale_copy_cannot_move_what_has_moved_on():
    orchard = make_merchant(approved=False)
    stale = Merchant.objects.get(pk=orchard.pk)
    move(orchard, "approved", now=NOW)
    with pytest.raises(StateChanged):
        move(stale, "rejected", now=NOW, decision_note="no")
    assert stale.status == "applied"
    assert Merchant.objects.get(pk=orchard.pk).status == "approved"
    assert steps(orchard) == [("", "applied"), ("applied", "approved")]


@pytest.mark.django_db
def test_many_are_moved_all_or_none():
    one, other = make_merchant("一店", approved=False), make_merchant("二店", approved=False)
    assert move_many(Merchant, [one.pk, other.pk], was="applied", to="approved", now=NOW) == 2
    move(Merchant.objects.get(pk=one.pk), "suspended", now=NOW)
    with pytest.raises(StateChanged):
        move_many_in_one_go([one.pk, other.pk])
    assert Merchant.objects.get(pk=other.pk).status == "approved"
    assert steps(other) == [("", "applied"), ("applied", "approved")]


@transaction.atomic
def move_many_in_one_go(ids):
    return move_many(Merchant, ids, was="approved", to="suspended", now=NOW)


@pytest.mark.django_db
def test_a_new_thing_begins_its_timeline():
    orchard = make_merchant(approved=False)
    begin(orchard, now=NOW)
    assert steps(orchard)[-1] == ("", "applied")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_operators_decide_at_once_and_one_wins():
    orchard = make_merchant(approved=False)

    def decide(index):
        mine = Merchant.objects.get(pk=orchard.pk)
        move(mine, ("approved", "rejected")[index % 2], now=NOW)
        return mine.status

    outcomes = at_once(10, decide)
    won = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(won) == 1
    assert len(steps(orchard)) == 2
    assert steps(orchard)[1] == ("applied", Merchant.objects.get(pk=orchard.pk).status)
    assert all(isinstance(outcome, StateChanged) for outcome in outcomes if outcome not in won)


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_asking_the_database_several_operators_win():
    orchard = make_merchant(approved=False)
    copies = [Merchant.objects.get(pk=orchard.pk) for _copy in range(10)]

    def decide_carelessly(index):
        mine = copies[index]
        assert mine.status == "applied"
        mine.status = ("approved", "rejected")[index % 2]
        mine.save(update_fields=["status"])
        return mine.status

    assert len(set(map(str, at_once(10, decide_carelessly)))) == 2
