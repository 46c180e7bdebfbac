"""What shops and platform give away in the demo, and what people make of it."""

import datetime as dt
import random
from contextlib import suppress
from typing import Any

from accounts.models import User
from common.errors import Refusal
from common.money import parse_yuan
from marketing.models import CouponTemplate
from marketing.plans import CouponPlan, ScopePlan
from marketing.services.audiences import issue_to
from marketing.services.claiming import claim, redeem
from marketing.services.codes import add_word
from marketing.services.templates import create_template
from marketing.states import Audience, ScopeKind
from web.demo.reading import instant, read
from web.demo.timeline import Story
from web.demo.town import Shop, Town

# Of a hundred people who are about to join, so many first look for a coupon of the shop, or know the word.
LOOKING, KNOWING = 30, 4


class Benefits:
    """The coupons of the demo by their keys, given out and claimed as the story goes on."""

    def __init__(self, town: Town, *, now: dt.datetime) -> None:
        self.town = town
        self.content = read("benefits")
        self.templates = {one["key"]: self._template(one, now=now) for one in self.content["coupons"]}
        self.words = {one["shop"]: one["word"] for one in self.content["coupons"] if "word" in one}
        self.chance = random.Random("benefits")

    def tell(self, story: Story) -> None:
        """Let everything that is given at a time be given then."""
        for content in self.content["issues"]:
            story.at(instant(content["at"], now=story.now), lambda now, content=content: self._issue(content, now))  # type: ignore[misc]

    def before_joining(self, person: User, shop: str, now: dt.datetime) -> None:
        """Some look for a coupon first; the best of what they hold is then used by itself."""
        die = self.chance.randrange(100)
        with suppress(Refusal):
            if die < KNOWING and shop in self.words:
                redeem(user=person, text=self.words[shop], now=now)
            elif die < LOOKING:
                claim(user=person, code=self.templates[shop].code, now=now)
            elif die < LOOKING + KNOWING:
                claim(user=person, code=self.templates["platform"].code, now=now)

    def _template(self, content: dict[str, Any], *, now: dt.datetime) -> CouponTemplate:
        shop = self._shop(content)
        actor_id = shop.owner.pk if shop else self.town.people["operator"].pk
        merchant = shop.merchant if shop else None
        template = create_template(merchant=merchant, plan=_plan(content, now), actor_id=actor_id, now=now)
        if "word" in content:
            add_word(template=template, word=content["word"], most_uses=None, actor_id=actor_id)
        return template

    def _shop(self, content: dict[str, Any]) -> Shop | None:
        return self.town.shops[content["shop"]] if "shop" in content else None

    def _issue(self, content: dict[str, Any], now: dt.datetime) -> None:
        template, actor_id = self.templates[content["coupon"]], self.town.people["operator"].pk
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
