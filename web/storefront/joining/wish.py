"""What somebody wants to join with, read from the form or the address, and how it is shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from accounts.models import Address
from campaigns.selectors.views import CampaignView, SkuView
from orders.models import Order
from orders.quotes import MOST_PIECES, FulfilmentChoice, LineRequest
from web.storefront.joining.places import Place

QUANTITY = "quantity-"
CHOICE = "choice-"
WHERE = "where"
POINT, ADDRESS = "point", "address"
# In place of a code: the address that was added last, however many there are by then.
NEWEST = f"{ADDRESS}:newest"


@dataclass(frozen=True)
class Wish:
    """Pieces per SKU code, and where to: `point:CODE`, `address:CODE` or nothing yet; and what was chosen of benefits,
    by the rule that offers them.
    """

    quantities: Mapping[str, int]
    where: str
    choices: Mapping[str, str]

    @property
    def lines(self) -> list[LineRequest]:
        return [LineRequest(sku, quantity) for sku, quantity in self.quantities.items() if quantity]

    @property
    def fulfilment(self) -> FulfilmentChoice:
        kind, _colon, code = self.where.partition(":")
        return FulfilmentChoice(pickup_point=code if kind == POINT else "", address=code if kind == ADDRESS else "")

    def with_new_address(self) -> str:
        """The same wish as the query of an address, brought to an address that is still to be added."""
        pieces = {QUANTITY + sku: quantity for sku, quantity in self.quantities.items()}
        chosen = {CHOICE + rule: key for rule, key in self.choices.items()}
        return urlencode(pieces | chosen | {WHERE: NEWEST}, safe=":")

    def is_met_by(self, order: Order, addresses: Sequence[Address]) -> bool:
        """Whether an order already asks for exactly this, brought to the same place; `addresses` are the buyer's."""
        ordered = {line.sku.code: line.quantity for line in order.lines.all() if not line.is_gift}
        wanted = {line.sku: line.quantity for line in self.lines}
        return ordered == wanted and self._goes_where(order, addresses)

    def _goes_where(self, order: Order, addresses: Sequence[Address]) -> bool:
        """Orders keep the words of their address, not the address: those are compared."""
        if order.pickup_point:
            return order.pickup_point.code == self.fulfilment.pickup_point
        address = next((one for one in addresses if one.code == self.fulfilment.address), None)
        frozen = (order.recipient_name, order.recipient_phone, order.delivery_region, order.delivery_detail)
        return address is not None and frozen == (address.name, address.phone, address.region, address.detail)


def read_wish(
    typed: Mapping[str, str], view: CampaignView, places: Sequence[Place], addresses: Sequence[Address]
) -> Wish:
    """What was typed; at first one piece of the first SKU that is left, fetched at the nearest point."""
    named = {sku.code: typed.get(QUANTITY + sku.code) for sku in view.skus}
    if all(text is None for text in named.values()):
        first = next((sku for sku in view.skus if sku.left > 0), view.skus[0])
        quantities = {sku.code: int(sku is first) for sku in view.skus}
    else:
        quantities = {code: _pieces(text) for code, text in named.items()}
    choices = {name.removeprefix(CHOICE): key[:40] for name, key in typed.items() if name.startswith(CHOICE) and key}
    return Wish(quantities, _where(typed.get(WHERE, ""), view, places, addresses), choices)


def most_of(sku: SkuView, view: CampaignView) -> int:
    """How many pieces of one SKU this person may still take."""
    limit = view.campaign.limit_per_person
    allowed = MOST_PIECES if limit is None else max(limit - view.my_pieces, 0)
    return min(sku.left, allowed)


def _pieces(text: str | None) -> int:
    """A number of pieces; what is none becomes one too many, and is refused with a sentence."""
    text = (text or "").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else MOST_PIECES + 1


def _where(typed: str, view: CampaignView, places: Sequence[Place], addresses: Sequence[Address]) -> str:
    if typed == NEWEST and addresses:
        return f"{ADDRESS}:{max(addresses, key=lambda address: address.pk).code}"
    if typed and typed != NEWEST:
        return typed
    if places:
        return f"{POINT}:{places[0].point.code}"
    if view.campaign.delivers and addresses:
        return f"{ADDRESS}:{addresses[0].code}"
    return ""
