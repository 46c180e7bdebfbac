"""What shops and platform give away in the demo, and what people make of it."""

import datetime as dt
import random
from contextlib import suppress
from typing import Any

from accounts.models import User
from common.errors import Refusal
from common.money import parse_yuan
from marketing.models import CouponTemplate, ReferralProgramme, WelcomeProgramme
from marketing.plans import CouponPlan, ScopePlan
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.services.audiences import issue_to
from marketing.services.claiming import claim, redeem
from marketing.services.codes import add_word
from marketing.services.promotions.drafting import save_promotion
from marketing.services.promotions.launching import launch
from marketing.services.templates import create_template
from marketing.states import Audience, PromotionScope, ScopeKind
from web.demo.reading import instant, read
from web.demo.timeline import Story
from web.demo.town import Shop, Town

# Of a hundred people who are about to join, so many first look for a coupon of the shop, or of the platform, or know
# the word.
OF_THE_SHOP, OF_THE_PLATFORM, KNOWING = 26, 6, 4
# How long the platform's programmes run on.
RUNNING = dt.timedelta(days=60)


class Benefits:
    """The coupons of the demo by their keys, given out and claimed as the story goes on."""

    def __init__(self, town: Town, *, now: dt.datetime) -> None:
        self.town = town
        self.content = read("benefits")
        self.templates = {one["key"]: self._template(one, now=now) for one in self.content["coupons"]}
        self.words = {one["shop"]: one["word"] for one in self.content["coupons"] if "word" in one}
        self.chance = random.Random("benefits")

    def tell(self, story: Story, *, begun: dt.datetime) -> None:
        """Let the programmes run from the beginning, and everything that is given at a time be given then."""
        self._begin_programmes(begun, story.now + RUNNING)
        for content in self.content["promotions"]:
            since = max(instant(content["since"], now=story.now), begun + dt.timedelta(days=1))
            until = instant(content["until"], now=story.now)
            if since < until:
                story.at(since, lambda now, one=content, ends=until: self._promote(one, ends, now))  # type: ignore[misc]
        for content in self.content["issues"]:
            story.at(instant(content["at"], now=story.now), lambda now, one=content: self._issue(one, now))  # type: ignore[misc]

    def before_joining(self, person: User, shop: str, now: dt.datetime) -> None:
        """Some look for a coupon first; the best of what they hold is then used by itself."""
        die = self.chance.randrange(100)
        with suppress(Refusal):
            if die < KNOWING and shop in self.words:
                redeem(user=person, text=self.words[shop], now=now)
            elif die < OF_THE_SHOP:
                claim(user=person, code=self.templates[shop].code, now=now)
            elif die < OF_THE_SHOP + OF_THE_PLATFORM:
                claim(user=person, code=self.templates["platform"].code, now=now)

    def _template(self, content: dict[str, Any], *, now: dt.datetime) -> CouponTemplate:
        shop = self.town.shops[content["shop"]] if "shop" in content else None
        actor_id = shop.owner.pk if shop else self.town.people["operator"].pk
        merchant = shop.merchant if shop else None
        template = create_template(merchant=merchant, plan=_plan(content, now), actor_id=actor_id, now=now)
        if "word" in content:
            add_word(template=template, word=content["word"], most_uses=None, actor_id=actor_id)
        return template

    def _begin_programmes(self, since: dt.datetime, until: dt.datetime) -> None:
        """As operators write them down in the admin."""
        window = {"starts_at": since, "ends_at": until}
        for content in self.content["referrals"]:
            coupon = self.templates.get(content.get("coupon", ""))
            ReferralProgramme.objects.create(
                title=content["title"],
                trigger=content["trigger"],
                most_per_inviter=content["most"],
                inviter_coupon=coupon,
                invitee_coupon=coupon,
                inviter_points=content.get("inviter_points", 0),
                inviter_cash_fen=parse_yuan(content.get("inviter_cash", "0")),
                invitee_points=content.get("invitee_points", 0),
                **window,
            )
        welcome = self.content["welcome"]
        programme = WelcomeProgramme.objects.create(title=welcome["title"], points=welcome["points"], **window)
        programme.coupons.set([self.templates[welcome["coupon"]]])

    def _promote(self, content: dict[str, Any], until: dt.datetime, now: dt.datetime) -> None:
        shop = self.town.shops[content["shop"]]
        plan = PromotionPlan(
            title=content["title"],
            kind=content["kind"],
            scope=PromotionScope.SHOP,
            starts_at=now,
            ends_at=until,
            steps=tuple(_step(step, shop) for step in content["steps"]),
        )
        drafted = save_promotion(merchant=shop.merchant, actor_id=shop.owner.pk, plan=plan, now=now)
        launch(promotion=drafted, actor_id=shop.owner.pk, now=now)

    def _issue(self, content: dict[str, Any], now: dt.datetime) -> None:
        template = self.templates[content["coupon"]]
        actor_id = self.town.people["orchard_owner"].pk
        with suppress(Refusal):
            issue_to(template=template, audience=Audience.SEGMENT, key=content["segment"], actor_id=actor_id, now=now)


def _plan(content: dict[str, Any], now: dt.datetime) -> CouponPlan:
    return CouponPlan(
        name=content["name"],
        opens_at=now,
        kind=content["kind"],
        amount_fen=parse_yuan(content.get("amount", "0")),
        rate_bp=content.get("rate", 0) * 100,
        cap_fen=parse_yuan(content["cap"]) if "cap" in content else None,
        threshold_fen=parse_yuan(content.get("threshold", "0")),
        total=content.get("total"),
        per_person=content.get("per_person", 1),
        claimable=content.get("claimable", False),
        valid_days=content["valid_days"],
        stacks=content.get("stacks", True),
        scopes=(ScopePlan(ScopeKind.NEWCOMER),) if content.get("newcomers") else (),
    )


def _step(content: dict[str, Any], shop: Shop) -> StepPlan:
    return StepPlan(
        threshold_fen=parse_yuan(content["threshold"]),
        off_fen=parse_yuan(content.get("off", "0")),
        gift_sku=shop.products[content["gift"]].skus.get().code if "gift" in content else "",
        gift_pieces=content.get("pieces", 0),
        gift_stock=content.get("stock", 0),
        points=content.get("points", 0),
    )
