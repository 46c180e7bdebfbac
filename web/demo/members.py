"""Members of the demo: what goods cost them, and who pays with points."""

from collections.abc import Mapping

from accounts.models import User
from common.money import parse_yuan
from community.services.member_prices import set_member_prices
from web.demo.reading import read
from web.demo.town import Town

# One in so many buyers pays with points.
SPENDING = 4


def price_for_members(town: Town) -> None:
    """Let shops say what their goods cost members."""
    for content in read("benefits")["member_prices"]:
        shop = town.shops[content["shop"]]
        sku = town.sku(content["shop"], content["shot"], content["specification"])
        prices = {(sku.code, tier): parse_yuan(price) for tier, price in content["prices"].items()}
        set_member_prices(product=sku.product, prices=prices, actor_id=shop.owner.pk)


def choices_of(person: User) -> Mapping[str, str]:
    """What somebody chooses at checkout: one in some pays with as many points as they have."""
    return {} if person.pk % SPENDING else {"points": "1"}
