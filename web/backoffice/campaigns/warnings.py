"""What a merchant may want to know about a plan that is sound but perhaps not meant."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from campaigns.plans import Plan, SkuPlan
from catalog.models import Sku
from common.money import format_yuan
from web.backoffice.campaigns.outcomes import reach


def warnings_of(plan: Plan, skus: Sequence[Sku]) -> list[str]:
    """Prices below cost, steps nobody can reach, costs nobody wrote down."""
    by_code = {sku.code: sku for sku in skus}
    found: list[str] = list(_out_of_reach(plan))
    for offer in plan.skus:
        found += _below_cost(plan, offer, by_code[offer.sku])
    unknown = [str(sku) for sku in skus if sku.cost_fen is None]
    if unknown:
        found.append(_("%(skus)s 没写成本，算不出毛利") % {"skus": _("、").join(unknown[:3])})
    return found


def _out_of_reach(plan: Plan) -> Iterator[str]:
    highest = reach(plan)
    for tier, threshold in enumerate(plan.thresholds, start=1):
        if threshold > highest:
            words = {"tier": tier, "threshold": threshold, "highest": highest}
            yield _("第 %(tier)s 档要满 %(threshold)s，但最多只能到 %(highest)s，到不了") % words
            return


def _below_cost(plan: Plan, offer: SkuPlan, sku: Sku) -> Iterator[str]:
    """The first step that loses money; those after it lose more."""
    for tier, price_fen in enumerate(offer.prices_fen, start=1):
        if sku.cost_fen is not None and price_fen < sku.cost_fen:
            words = {
                "sku": sku,
                "tier": tier,
                "price": format_yuan(price_fen),
                "cost": format_yuan(sku.cost_fen),
                "loss": format_yuan(sku.cost_fen - price_fen),
            }
            yield _("%(sku)s 第 %(tier)s 档 %(price)s 低于成本 %(cost)s，卖一件亏 %(loss)s") % words
            return
