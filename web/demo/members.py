"""Members of the demo: what goods cost them, and who pays with points."""

import datetime as dt
import itertools
from collections.abc import Mapping

from accounts.models import User
from common.money import parse_yuan
from community.models import Customer
from community.services.member_prices import set_member_prices
from community.services.tagging import tag_customer
from web.demo.reading import read
from web.demo.town import Town

# One in so many buyers pays with points.
SPENDING = 4
# How many customers of each shop wear a tag.
TAGGED = 8


def price_for_members(town: Town) -> None:
    """Let shops say what their goods cost members."""
    for content in read("benefits")["member_prices"]:
        shop = town.shops[content["shop"]]
        sku = town.sku(content["shop"], content["shot"], content["specification"])
        prices = {(sku.code, tier): parse_yuan(price) for tier, price in content["prices"].items()}
        set_member_prices(product=sku.product, prices=prices, actor_id=shop.owner.pk)


def put_tags(town: Town, *, now: dt.datetime) -> None:
    """The words that shops put on those who have bought most."""
    for key, words in read("benefits")["tags"].items():
        shop = town.shops[key]
        best = Customer.objects.filter(merchant=shop.merchant).order_by("-spent_fen", "user_id")[:TAGGED]
        for code, word in zip(list(best.values_list("code", flat=True)), itertools.cycle(words), strict=False):
            tag_customer(merchant=shop.merchant, code=code, name=word, actor_id=shop.owner.pk, now=now)


def choices_of(person: User) -> Mapping[str, str]:
    """What somebody chooses at checkout: one in some pays with as many points as they have."""
    return {} if person.pk % SPENDING else {"points": "1"}
