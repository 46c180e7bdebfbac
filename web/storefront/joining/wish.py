"""What somebody wants to join with, read from the form or the address, and how it is shown again."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import Address
from campaigns.selectors.views import CampaignView, SkuView
from orders.quotes import MOST_PIECES, FulfilmentChoice, LineRequest

QUANTITY = "quantity-"
WHERE = "where"
POINT, ADDRESS = "point", "address"


@dataclass(frozen=True)
class Wish:
    """Pieces per SKU code, and where to: `point:CODE`, `address:CODE` or nothing yet."""

    quantities: Mapping[str, int]
    where: str

    @property
    def lines(self) -> list[LineRequest]:
        return [LineRequest(sku, quantity) for sku, quantity in self.quantities.items() if quantity]

    @property
    def fulfilment(self) -> FulfilmentChoice:
        kind, _colon, code = self.where.partition(":")
        return FulfilmentChoice(pickup_point=code if kind == POINT else "", address=code if kind == ADDRESS else "")


def read_wish(typed: Mapping[str, str], view: CampaignView, addresses: list[Address]) -> Wish:
    """What was typed; at first one piece of the first SKU that is left, fetched at the first point."""
    named = {sku.code: typed.get(QUANTITY + sku.code) for sku in view.skus}
    if all(text is None for text in named.values()):
        first = next((sku for sku in view.skus if sku.left > 0), view.skus[0])
        quantities = {sku.code: int(sku is first) for sku in view.skus}
    else:
        quantities = {code: _pieces(text) for code, text in named.items()}
    return Wish(quantities, typed.get(WHERE) or _first_place(view, addresses))


def most_of(sku: SkuView, view: CampaignView) -> int:
    """How many pieces of one SKU this person may still take."""
    limit = view.campaign.limit_per_person
    allowed = MOST_PIECES if limit is None else max(limit - view.my_pieces, 0)
    return min(sku.left, allowed)


def _pieces(text: str | None) -> int:
    """A number of pieces; what is none becomes one too many, and is refused with a sentence."""
    text = (text or "").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else MOST_PIECES + 1


def _first_place(view: CampaignView, addresses: list[Address]) -> str:
    if view.pickup_points:
        return f"{POINT}:{view.pickup_points[0].code}"
    if view.campaign.delivers and addresses:
        return f"{ADDRESS}:{addresses[0].code}"
    return ""
