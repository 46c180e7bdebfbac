"""C3: personal links, who invited whom, and which orders came through a neighbour."""

import datetime as dt

import pytest
from django.db import IntegrityError

from accounts.models import User
from common.invariants import check_all
from community.errors import NoSuchLink
from community.models import Invitation, SharedOrder, ShareLink
from community.selectors.sharing import invitations_of, link_by, link_to
from community.services import sharing
from community.services.sharing import credit, invited, link_of, visited
from community.states import Shared
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_and_pay, join_as, make_open
from tests.parallel import Meeting, at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
CODE = "ABCDEFGHJK"


def make_link(user: User, code: str = CODE) -> ShareLink:
    return link_of(user=user, kind=Shared.CAMPAIGN, code=code, now=NOW)


@pytest.mark.django_db
def test_alice_has_one_link_to_each_campaign() -> None:
    """C3: asked for again it is the same, so that what is printed stays hers."""
    alice, bob = make_user(), make_user(name="Bob")
    first = make_link(alice)
    assert make_link(alice) == first
    assert len({first.code, make_link(alice, "ANOTHER123").code, make_link(bob).code}) == 3


@pytest.mark.django_db
def test_a_link_is_found_by_its_code_and_only_for_what_it_leads_to() -> None:
    link = make_link(make_user())
    assert link_by(link.code) == link
    assert link_to(link.code, kind=Shared.CAMPAIGN, subject=CODE) == link
    assert link_to(link.code, kind=Shared.CAMPAIGN, subject="ANOTHER123") is None
    with pytest.raises(NoSuchLink):
        link_by("0000000000")


@pytest.mark.django_db
def test_the_first_who_brought_a_newcomer_stays_who_brought_them() -> None:
    """C3: who invited whom is known, and never changes."""
    alice, bob, carol = make_user(), make_user(name="Bob"), make_user(name="Carol")
    first = invited(invitee=carol, link=make_link(alice), now=NOW)
    second = invited(invitee=carol, link=make_link(bob), now=NOW)
    assert first is not None
    assert first == second
    assert list(Invitation.objects.values_list("inviter", "invitee")) == [(alice.pk, carol.pk)]


@pytest.mark.django_db
def test_nobody_invites_themselves() -> None:
    """C3: and if a service forgot to look, the database would not have it."""
    alice = make_user()
    link = make_link(alice)
    assert invited(invitee=alice, link=link, now=NOW) is None
    assert not Invitation.objects.exists()
    with pytest.raises(IntegrityError, match="invitation_not_of_oneself"):
        Invitation.objects.create(invitee=alice, inviter=alice, link=link, registered_at=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("scripted_gateway")
def test_an_order_is_credited_once_to_the_link_it_came_through() -> None:
    """C3: not to a link to something else, and not to the buyer's own."""
    campaign, alice, bob = make_open(), make_user(), make_user(name="Bob")
    order = join_as(bob, campaign)
    credit(order=order, link=make_link(alice))
    credit(order=order, link=make_link(bob, campaign.code))
    assert not SharedOrder.objects.exists()
    mine = make_link(alice, campaign.code)
    credit(order=order, link=mine)
    credit(order=order, link=make_link(make_user(name="Carol"), campaign.code))
    assert list(SharedOrder.objects.values_list("order", "link")) == [(order.pk, mine.pk)]


@pytest.mark.django_db
@pytest.mark.usefixtures("scripted_gateway")
def test_alice_sees_what_came_of_her_links_by_masked_name() -> None:
    """C3: how many opened, registered and ordered; an order nobody paid is not one."""
    campaign, alice = make_open(), make_user()
    link = make_link(alice, campaign.code)
    for _time in range(3):
        visited(link=link)
    bob, carol = make_user(name="王小明"), make_user(name="李四")
    for minute, newcomer in enumerate((bob, carol)):
        invited(invitee=newcomer, link=link, now=NOW + dt.timedelta(minutes=minute))
    for _time in range(2):
        credit(order=join_and_pay(bob, campaign), link=link)
    credit(order=join_as(carol, campaign), link=link)

    found = invitations_of(alice)
    assert (found.opened, found.registered, found.ordered) == (3, 2, 1)
    assert [(person.shown_name, person.has_ordered) for person in found.people] == [("李**", False), ("王**", True)]
    assert invitations_of(bob).people == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("scripted_gateway")
def test_credit_in_the_wrong_hands_is_noticed() -> None:
    """C3: an invitation or an order in the name of somebody whose link it was not."""
    campaign, alice, bob = make_open(), make_user(), make_user(name="Bob")
    link = make_link(alice, campaign.code)
    invited(invitee=bob, link=link, now=NOW)
    credit(order=join_as(bob, campaign), link=link)
    assert violated() == []
    ShareLink.objects.filter(pk=link.pk).update(sharer=bob)
    assert violated() == [("links_credit_their_sharer", 2)]
    ShareLink.objects.filter(pk=link.pk).update(sharer=alice, subject_code=CODE)
    assert violated() == [("links_credit_their_sharer", 1)]


def violated() -> list[tuple[str, int]]:
    return [(violation.invariant, len(violation.rows)) for violation in check_all()]


def make_inviters(count: int) -> list[ShareLink]:
    return [make_link(make_user(name=f"邻居{index}")) for index in range(count)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_newcomer_who_registers_twice_at_once_has_one_inviter() -> None:
    """C3: eight links at the same instant: one of them stands, and all eight calls say which."""
    newcomer, links = make_user(name="Carol"), make_inviters(8)
    outcomes = at_once(8, lambda index: invited(invitee=newcomer, link=links[index], now=NOW))
    stands = Invitation.objects.get()
    assert outcomes == [stands] * 8
    assert {outcome.inviter_id for outcome in outcomes} == {stands.inviter_id}


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_looking_first_would_break_a_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: with a look and a write instead of the guarded one, people run into the constraint."""
    newcomer, links = make_user(name="Carol"), make_inviters(8)
    meeting = Meeting(8)

    def look_and_write(*, invitee: User, defaults: dict[str, object]) -> tuple[Invitation, bool]:
        found = Invitation.objects.filter(invitee=invitee).first()
        meeting.wait()
        return (found, False) if found else (Invitation.objects.create(invitee=invitee, **defaults), True)

    monkeypatch.setattr(sharing.Invitation.objects, "get_or_create", look_and_write)
    outcomes = at_once(8, lambda index: invited(invitee=newcomer, link=links[index], now=NOW))
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 7
    assert Invitation.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_asked_for_twice_at_once_is_one() -> None:
    """C3: two tabs, one link."""
    alice = make_user()
    assert len({link.pk for link in at_once(8, lambda _index: make_link(alice))}) == 1
    assert ShareLink.objects.count() == 1
