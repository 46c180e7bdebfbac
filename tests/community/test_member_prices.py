"""B8: what goods cost members, and freight that costs them nothing."""

import datetime as dt

import pytest

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import quote
from campaigns.services.settling import settle
from catalog.models import Sku
from common.errors import InvalidField
from community.models import MemberPrice
from community.services.member_prices import set_member_prices
from orders.models import Order
from orders.quotes import FulfilmentChoice, Quote
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import choice_of, fill, join_and_pay, lines_of, make_open
from tests.factories.members import make_standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def sku_of(campaign: Campaign) -> Sku:
    return campaign.skus.get().sku


def price(campaign: Campaign, **fen: int | None) -> None:
    """Member prices of the campaign's only SKU, by tier."""
    sku = sku_of(campaign)
    prices = {(sku.code, tier): each for tier, each in fen.items()}
    set_member_prices(product=sku.product, prices=prices, actor_id=owner_of(campaign.merchant).pk)


def ask(buyer: User, campaign: Campaign, choice: FulfilmentChoice | None = None, *, now: dt.datetime) -> Quote:
    """Two pieces."""
    where = choice or choice_of(campaign)
    return quote(buyer=buyer, code=campaign.code, lines=lines_of(campaign, 2), fulfilment=where, now=now)


def test_members_pay_the_least_of_their_own_tier_and_those_below(now: dt.datetime) -> None:
    """B8: ¥29.90 for everybody, ¥28.00 from silver, ¥27.50 from gold, ¥20.00 for diamonds only."""
    campaign = make_open(now=now)
    price(campaign, silver=2800, gold=2750, diamond=2000)
    for tier, fen in ((None, 5980), ("basic", 5980), ("silver", 5600), ("gold", 5500), ("diamond", 4000)):
        buyer = make_user(name=str(tier))
        if tier:
            make_standing(buyer, tier, now=now)
        assert ask(buyer, campaign, now=now).payable_fen == fen, tier


def test_the_line_says_whose_price_it_is(now: dt.datetime) -> None:
    """B8: explained, the merchant's cost."""
    campaign, alice = make_open(now=now), make_user()
    price(campaign, silver=2800)
    make_standing(alice, "silver", now=now)
    line = ask(alice, campaign, now=now).price_lines[-1]
    assert (line.code, line.amount_fen, line.funder) == ("member_price", -380, "merchant")
    assert line.detail == {"unit_price_fen": 2800, "tier": "银卡会员"}


def test_a_member_price_above_the_ladder_does_nothing(now: dt.datetime) -> None:
    """B8: the ladder is at ¥26.90; nobody pays more for being a member."""
    campaign, alice = make_open(now=now), make_user()
    fill(campaign, 5, now=now)
    price(campaign, silver=2800)
    make_standing(alice, "silver", now=now)
    assert ask(alice, campaign, now=now).payable_fen == 5380


def test_an_early_bird_is_an_early_bird(now: dt.datetime) -> None:
    """What excludes what is data: the early bird's price keeps the member's away, even where that is lower."""
    campaign, alice = make_open(now=now, early_bird_orders=1, early_bird_price_fen=2790), make_user()
    price(campaign, silver=2700)
    make_standing(alice, "silver", now=now)
    quoted = ask(alice, campaign, now=now)
    assert [line.code for line in quoted.price_lines] == ["list_price", "early_bird"]
    assert quoted.payable_fen == 5580


def test_a_member_gets_the_difference_down_from_the_members_price(now: dt.datetime) -> None:
    """B8, rule 4: she paid ¥28.00 a piece; the ladder ends at ¥26.90, and ¥1.10 come back for each, not ¥3.00."""
    campaign, alice = make_open(now=now), make_user()
    price(campaign, silver=2800)
    make_standing(alice, "silver", now=now)
    order = join_and_pay(alice, campaign, 2, now=now)
    fill(campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert Order.objects.get(pk=order.pk).lines.get().refunded_fen == 220


@pytest.mark.parametrize("fen", [0, 3990, 9900])
def test_a_member_price_is_below_the_price_for_everybody(fen: int, now: dt.datetime) -> None:
    """B8: and above nothing."""
    campaign = make_open(now=now)
    sku = sku_of(campaign)
    Sku.objects.filter(pk=sku.pk).update(price_fen=3990)
    with pytest.raises(InvalidField):
        price(campaign, silver=fen)
    assert not MemberPrice.objects.exists()


def test_taken_away_it_is_gone(now: dt.datetime) -> None:
    campaign, alice = make_open(now=now), make_user()
    price(campaign, silver=2800)
    price(campaign, silver=None)
    make_standing(alice, "silver", now=now)
    assert ask(alice, campaign, now=now).payable_fen == 5980
