"""B8: what a product costs members, specification by specification and tier by tier."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from catalog.models import Product, Sku
from catalog.selectors.products import for_merchant
from common.errors import Refusal
from community.models import MemberTier
from community.selectors.member_prices import priced_tiers, prices_of
from community.services.member_prices import set_member_prices
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address, show
from web.fields import YuanField
from web.forms import Form


class PricesForm(Form):
    """A price of each tier for each specification; an empty one is no member price."""

    def __init__(self, *args: Any, skus: Sequence[Sku], tiers: Sequence[MemberTier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skus, self.tiers = skus, tiers
        for sku in skus:
            for tier in tiers:
                label = f"{sku.specification} {tier.shown_name}".strip()
                self.fields[_name(sku.code, tier.code)] = YuanField(label=label, required=False)

    @property
    def rows(self) -> list[tuple[Sku, list[forms.BoundField]]]:
        """A specification with its prices from the lowest tier up."""
        return [(sku, [self[_name(sku.code, tier.code)] for tier in self.tiers]) for sku in self.skus]

    @property
    def prices(self) -> dict[tuple[str, str], int | None]:
        """What was typed, in fen."""
        return {
            (sku.code, tier.code): self.cleaned_data[_name(sku.code, tier.code)]
            for sku in self.skus
            for tier in self.tiers
        }


@needs(Right.SELL)
def member_prices(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The prices as they are, and new ones."""
    product = for_merchant(shop.merchant, code)
    form = _form(request, product)
    if request.method == "POST" and form.is_valid():
        try:
            set_member_prices(product=product, prices=form.prices, actor_id=shop.actor_id)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("会员价已保存，下一单起生效"))
            return redirect(address(shop, "product-member-prices", code))
    return show(request, shop, "products/member_prices.html", {"form": form, "product": product}, here="products")


def _form(request: HttpRequest, product: Product) -> PricesForm:
    skus = list(product.skus.filter(retired_at=None).order_by("position", "pk"))
    kept = {_name(sku, tier): fen for (sku, tier), fen in prices_of(product).items()}
    posted = request.POST if request.method == "POST" else None
    return PricesForm(posted, skus=skus, tiers=priced_tiers(), initial=kept)


def _refuse(form: PricesForm, refusal: Refusal) -> None:
    """At the price that is wrong, where the refusal names one."""
    name = _name(str(refusal.params.get("sku")), str(refusal.params.get("tier")))
    form.add_error(name if name in form.fields else None, str(refusal))


def _name(sku: str, tier: str) -> str:
    return f"{sku}-{tier}"
