"""B8: members whose tier has early access buy first."""

import datetime as dt

import pytest

from campaigns.errors import MembersFirst
from campaigns.models import Campaign
from campaigns.selectors.cards import card, with_ladder
from common.errors import InvalidField
from community.models import TierBenefit
from community.states import BenefitKind
from orders.models import Order
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_draft, make_open
from tests.factories.members import make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
HOUR = dt.timedelta(hours=1)


def test_gold_members_buy_an_hour_before_everybody(now: dt.datetime) -> None:
    """B8: Bob is silver, which has no early access, Carol is nobody yet; both may an hour later."""
    campaign = make_open(now=now, head_start_minutes=60)
    alice, bob, carol = make_user(), make_user(name="Bob"), make_user(name="Carol")
    make_standing(alice, "gold", now=now)
    make_standing(bob, "silver", now=now)
    join_as(alice, campaign, now=now)
    for stranger in (bob, carol):
        with pytest.raises(MembersFirst, match="会员先买，05-20 13:00 起人人可买"):
            join_as(stranger, campaign, now=now + HOUR - dt.timedelta(seconds=1))
    assert Order.objects.count() == 1
    for stranger in (bob, carol):
        join_as(stranger, campaign, now=now + HOUR)


def test_who_has_early_access_is_data(now: dt.datetime) -> None:
    """B8: an operator gives it to silver too."""
    campaign, bob = make_open(now=now, head_start_minutes=60), make_user(name="Bob")
    standing = make_standing(bob, "silver", now=now)
    TierBenefit.objects.create(tier=standing.tier, kind=BenefitKind.EARLY_ACCESS)
    join_as(bob, campaign, now=now)


def test_the_card_says_until_when(now: dt.datetime) -> None:
    with_start, without = make_open(now=now, head_start_minutes=60), make_open(now=now)
    shown = {found.pk: card(found) for found in with_ladder(Campaign.objects.all())}
    assert shown[with_start.pk].members_first_until == now + HOUR
    assert shown[without.pk].members_first_until is None


@pytest.mark.parametrize("minutes", [2_881, 24 * 60])
def test_a_head_start_ends_before_the_campaign_does(minutes: int, now: dt.datetime) -> None:
    """At most two days, and not as long as the campaign, which runs for one."""
    with pytest.raises(InvalidField) as refusal:
        make_draft(now=now, head_start_minutes=minutes)
    assert refusal.value.params["field"] == "head_start_minutes"
