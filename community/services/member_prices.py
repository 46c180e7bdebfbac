"""B8: what a merchant's goods cost members, specification by specification and tier by tier."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Sku
from common import audit
from common.errors import InvalidField
from community.models import MemberPrice, MemberTier
from community.states import BenefitKind

# By the codes of a specification and of a tier; None takes a price away.
Prices = Mapping[tuple[str, str], int | None]


@transaction.atomic
def set_member_prices(*, product: Product, prices: Prices, actor_id: int) -> None:
    """Say what a product costs members of these tiers and of those above; what is not named stays as it is.

    Raises InvalidField: a member price is above nothing and below the price for everybody.
    """
    skus = {sku.code: sku for sku in Sku.objects.select_for_update(no_key=True).filter(product=product).order_by("pk")}
    priced = {tier.code: tier for tier in MemberTier.objects.filter(benefits__kind=BenefitKind.MEMBER_PRICE)}
    for (sku_code, tier_code), fen in prices.items():
        if sku_code not in skus or tier_code not in priced:
            raise InvalidField("sku", _("没有这个规格或会员等级，刷新看看"))
        _set(skus[sku_code], priced[tier_code], fen)
    shown = {f"{sku}:{tier}": fen for (sku, tier), fen in prices.items()}
    audit.record(actor_id=actor_id, action="member_prices.set", subject=f"product:{product.code}", prices=shown)


def _set(sku: Sku, tier: MemberTier, fen: int | None) -> None:
    if fen is None:
        MemberPrice.objects.filter(sku=sku, tier=tier).delete()
        return
    if not 0 < fen < sku.price_fen:
        raise InvalidField("price", _("会员价要低于原价，并且大于 0"), sku=sku.code, tier=tier.code)
    MemberPrice.objects.update_or_create(sku=sku, tier=tier, defaults={"unit_price_fen": fen})
