"""G2, G5, C3: promotions of a campaign, my invitations and my rewards, for programs."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.services.rewards.referring import joined_community
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_gift_promotion, make_promotion, make_referral
from tests.web.api.conftest import Program

ProgramOf = Callable[..., Program]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]


def test_a_campaign_tells_what_holds_for_it(program: ProgramOf) -> None:
    """G2: steps as numbers, and the same in words."""
    merchant = make_merchant()
    campaign = make_open(merchant)
    jam = make_sku(merchant, name="草莓酱")
    make_promotion(merchant)
    make_gift_promotion(merchant, jam, stock=5)
    off, gift = program().ask(f"campaigns/{campaign.code}/").json()["promotions"]
    assert (off["kind"], off["words"]) == ("off", "满 ¥80 减 ¥10，满 ¥150 减 ¥25")
    assert [(step["threshold_fen"], step["off_fen"]) for step in off["steps"]] == [(8000, 1000), (15000, 2500)]
    assert gift["steps"][0]["gift"] == {"sku": jam.code, "name": "草莓酱 5 斤装", "pieces": 1, "left": 5}


def test_alice_reads_whom_she_brought_and_what_it_earned(program: ProgramOf) -> None:
    """G5, C3: her own and nobody else's; names are masked."""
    now = timezone.now()
    make_referral(inviter_cash_fen=500)
    alice, bob = make_user(name="Alice"), make_user(name="鲍勃")
    invited(invitee=bob, link=link_of(user=alice, kind=Shared.HOME, code="", now=now), now=now)
    joined_community(user_id=bob.pk, now=now)
    mine = program(alice).ask("me/invitations/").json()
    assert (mine["registered"], mine["programmes"][0]["inviter"]) == (1, "¥5 现金、100 积分")
    assert [(one["shown_name"], one["rewards"][0]["status"]) for one in mine["people"]] == [("鲍**", "granted")]
    assert [reward["cash_fen"] for reward in program(alice).ask("me/rewards/").json()["results"]] == [500]
    assert [reward["side"] for reward in program(bob).ask("me/rewards/").json()["results"]] == ["invitee"]
    assert program(bob).ask("me/invitations/").json()["people"] == []
