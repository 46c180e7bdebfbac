"""G2: twenty neighbours and the last jar. The counter-test takes the guard away, and the harm really happens."""

from collections.abc import Callable, Sequence

import pytest

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import join, quote
from catalog.models import Allotment, Sku
from common.invariants import check_all
from marketing.promotion_plans import StepPlan
from orders.models import Order, OrderLine
from tests.factories.accounts import make_merchant
from tests.factories.campaigns import choice_of, lines_of, make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_gift_promotion
from tests.guards import looking_first
from tests.races.crowd import each_another, joiner, make_crowd, make_stall, rush

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NEIGHBOURS = 20


@pytest.fixture
def jam(transactional_db: None) -> Sku:
    return make_sku(make_merchant(), name="草莓酱")


@pytest.fixture
def campaign(jam: Sku) -> Campaign:
    """Open, with plenty of apples; two boxes come with the last jar."""
    campaign = make_open(jam.product.merchant)
    make_gift_promotion(jam.product.merchant, jam, stock=1, now=campaign.opens_at)
    return campaign


def given(jam: Sku) -> int:
    return OrderLine.objects.filter(sku=jam, is_gift=True).count()


def with_quotes(campaign: Campaign, buyers: Sequence[User]) -> Callable[[User], Order]:
    """How neighbours order who have all seen the jar in their quotes."""
    lines, fulfilment, now = lines_of(campaign, 2), choice_of(campaign), campaign.opens_at
    tokens = {
        buyer.pk: quote(buyer=buyer, code=campaign.code, lines=lines, fulfilment=fulfilment, now=now).token
        for buyer in buyers
    }

    def one(buyer: User) -> Order:
        token = tokens[buyer.pk]
        return join(buyer=buyer, code=campaign.code, lines=lines, fulfilment=fulfilment, quote_token=token, now=now)

    return one


@pytest.mark.usefixtures("nothing_broken")
def test_one_of_twenty_gets_the_last_jar_and_the_others_their_apples(jam: Sku, campaign: Campaign) -> None:
    """Without a quote in hand a lost gift means none; nobody is turned away for it."""
    assert rush(joiner(campaign, 2), make_crowd(NEIGHBOURS)) == {"Order": NEIGHBOURS}
    assert (given(jam), Allotment.objects.get(sku=jam).reserved) == (1, 1)


@pytest.mark.usefixtures("nothing_broken")
def test_with_quotes_in_hand_the_others_are_asked_again(jam: Sku, campaign: Campaign) -> None:
    """Nineteen clean refusals that say what is gone; nothing of theirs is left behind."""
    crowd = make_crowd(NEIGHBOURS)
    assert rush(with_quotes(campaign, crowd), crowd) == {"Order": 1, "GiftGone": NEIGHBOURS - 1}
    assert (given(jam), Order.objects.count()) == (1, 1)


@pytest.mark.counter_test
def test_looking_first_would_give_the_last_jar_to_many() -> None:
    """The counter-test: what everybody writes first, look, think, write. They buy different things, so that they meet
    at the jar alone.
    """
    campaign = make_stall(skus=8)
    jam = make_sku(campaign.merchant, name="草莓酱")
    steps = (StepPlan(2000, gift_sku=jam.code, gift_pieces=1, gift_stock=1),)
    make_gift_promotion(campaign.merchant, jam, steps=steps, now=campaign.opens_at)

    at_the_jar = f"IF seen.sku_id = {jam.pk} THEN PERFORM test_meet(); END IF"
    with looking_first(think=at_the_jar):
        rush(each_another(campaign), make_crowd(NEIGHBOURS))
    assert given(jam) > 1
    assert "promotion_gifts_are_claimed" in {violation.invariant for violation in check_all(include_settled=False)}
