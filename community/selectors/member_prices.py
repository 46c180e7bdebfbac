"""B8: which tiers have prices of their own, and what they are."""

from catalog.models import Product
from community.models import MemberPrice, MemberTier
from community.states import BenefitKind


def priced_tiers() -> list[MemberTier]:
    """The tiers whose benefits include member prices, from the lowest up."""
    return list(MemberTier.objects.filter(benefits__kind=BenefitKind.MEMBER_PRICE).order_by("rank"))


def prices_of(product: Product) -> dict[tuple[str, str], int]:
    """What a product costs members in fen, by the codes of a specification and of a tier."""
    prices = MemberPrice.objects.filter(sku__product=product).order_by("sku", "tier__rank")
    return {(sku, tier): fen for sku, tier, fen in prices.values_list("sku__code", "tier__code", "unit_price_fen")}
