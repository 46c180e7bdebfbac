"""G2, G5, G8: what the shop shows of promotions, invitations and the welcome gift."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common import events
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.services.rewards.referring import joined_community
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import choice_of, make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_gift_promotion, make_promotion, make_referral, make_template, make_welcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_hall_campaign_and_checkout_show_the_promotion_and_how_far_it_is() -> None:
    """G2: 满 ¥80 减 ¥10 on the card and the page; two boxes want ¥20.20 more."""
    merchant = make_merchant()
    campaign = make_open(merchant)
    make_promotion(merchant)
    make_gift_promotion(merchant, make_sku(merchant, name="草莓酱"))
    guest, alice = browser(), browser(make_user())
    assert "满 ¥80 减 ¥10" in guest.get(reverse("storefront:hall")).text
    page = guest.get(reverse("storefront:campaign", args=[campaign.code])).text
    assert "满 ¥80 减 ¥10，满 ¥150 减 ¥25" in page
    assert "满 ¥50 赠 草莓酱 5 斤装 1 件" in page
    sku, point = campaign.skus.get().sku.code, choice_of(campaign).pickup_point
    asked: dict[str, Any] = {f"quantity-{sku}": 2, "where": f"point:{point}"}
    page = alice.get(reverse("storefront:join", args=[campaign.code]), asked).text
    assert "再买 ¥20.20 减 ¥10" in page
    assert "赠品" in page


def test_the_invitations_page_says_what_is_promised_what_was_earned_and_how_each_friend_stands() -> None:
    """G5, C3: in words, with the rule of the first link; the poster is hers alone."""
    now = timezone.now()
    alice = make_user(name="Alice")
    make_referral(invitee_coupon=make_template(), inviter_cash_fen=500)
    bob = make_user(name="Bob")
    invited(invitee=bob, link=link_of(user=alice, kind=Shared.HOME, code="", now=now), now=now)
    joined_community(user_id=bob.pk, now=now)
    page = browser(alice).get(reverse("storefront:invitations")).text
    assert "新邻居加入社区，你得 ¥5 现金、100 积分，对方得 优惠券「满 20 减 5」、50 积分。" in page
    assert "以注册前第一次打开的链接为准" in page
    assert "已得 ¥5 现金、100 积分" in page
    assert "¥5.00" in page
    poster = browser(alice).get(reverse("storefront:invitation-poster"))
    assert poster["Content-Type"] == "image/png"
    wallet = browser(alice).get(reverse("storefront:wallet")).text
    assert "邀请奖励" in wallet


def test_without_a_programme_there_is_no_poster_and_the_link_stays() -> None:
    """C3."""
    alice = browser(make_user())
    assert "你的专属链接" in alice.get(reverse("storefront:invitations")).text
    assert alice.get(reverse("storefront:invitation-poster")).status_code == 404


def test_strangers_are_promised_a_welcome_gift_and_who_came_sees_it_once() -> None:
    """G8: the card goes when it is put away."""
    make_welcome(make_template(name="新人券"))
    assert "领取新人礼" in browser().get(reverse("storefront:home")).text
    nina = browser(make_user(name="Nina"))
    events.drain(now=timezone.now())
    page = nina.get(reverse("storefront:home")).text
    assert "新人礼已到账" in page
    assert "优惠券「新人券」、20 积分" in page
    nina.post(reverse("storefront:welcome-seen"))
    assert "新人礼" not in nina.get(reverse("storefront:home")).text
