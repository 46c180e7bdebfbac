"""What a merchant types about a promotion: its window, its goods, and up to three steps of one kind."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from catalog.models import Product, Sku
from catalog.states import ProductStatus
from common.errors import Refusal
from marketing.models import CouponTemplate, Promotion
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.states import PromotionKind, PromotionScope
from web.backoffice.fields import CountField, MomentField
from web.fields import YuanField
from web.forms import Form

STEPS = range(3)
MOST_SHOWN = 60
RUNNING = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.SCHEDULED, CampaignStatus.OPEN)
BENEFITS = {
    PromotionKind.OFF: ("off",),
    PromotionKind.GIFT: ("gift", "pieces", "stock"),
    PromotionKind.REWARD: ("coupon", "points"),
}


class PromotionForm(Form):
    """A draft as it is typed; steps left empty are no steps."""

    title = forms.CharField(
        label=_("名称"), max_length=30, help_text=_("邻居看不到全名，只看到满多少减多少；名称给店里人看")
    )
    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"), help_text=_("到点自动结束，没送完的赠品自动回到货架"))
    scope = forms.ChoiceField(label=_("用在哪"), choices=PromotionScope.choices, widget=forms.RadioSelect)
    products = forms.ModelMultipleChoiceField(
        label=_("商品"),
        queryset=Product.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    campaigns = forms.ModelMultipleChoiceField(
        label=_("团购"),
        queryset=Campaign.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, merchant: Merchant, kind: PromotionKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        own = Product.objects.filter(merchant=merchant).exclude(status=ProductStatus.DRAFT).order_by("-pk")
        running = Campaign.objects.filter(merchant=merchant, status__in=RUNNING).order_by("-pk")
        self.fields["products"].queryset = own  # type: ignore[attr-defined]
        self.fields["campaigns"].queryset = running  # type: ignore[attr-defined]
        choices = _choices(merchant) if kind != PromotionKind.OFF else {}
        for number in STEPS:
            for name in ("threshold", *BENEFITS[kind]):
                self.fields[f"{name}-{number}"] = _field(name, choices)

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """The fields of each step."""
        for number in STEPS:
            yield [self[f"{name}-{number}"] for name in ("threshold", *BENEFITS[self.kind])]

    def named(self) -> list[forms.BoundField]:
        """What the scope may name one by one."""
        return [self["products"], self["campaigns"]]

    def refuse(self, refusal: Refusal) -> None:
        """What is wrong with a step is said above the form, where it is read first."""
        if refusal.params.get("field") == "steps":
            self.add_error(None, str(refusal))
        else:
            super().refuse(refusal)

    def plan(self) -> PromotionPlan:
        """What was typed."""
        typed = self.cleaned_data
        return PromotionPlan(
            title=typed["title"],
            kind=self.kind,
            scope=typed["scope"],
            starts_at=typed["starts_at"],
            ends_at=typed["ends_at"],
            steps=tuple(self._steps()),
            products=tuple(product.code for product in typed["products"]),
            campaigns=tuple(campaign.code for campaign in typed["campaigns"]),
        )

    def _steps(self) -> Iterator[StepPlan]:
        for number in STEPS:
            typed = {name: self.cleaned_data.get(f"{name}-{number}") for name in ("threshold", *BENEFITS[self.kind])}
            if any(typed.values()):
                yield StepPlan(
                    threshold_fen=typed["threshold"] or 0,
                    off_fen=typed.get("off") or 0,
                    gift_sku=typed.get("gift") or "",
                    gift_pieces=typed.get("pieces") or 0,
                    gift_stock=typed.get("stock") or 0,
                    coupon=typed.get("coupon") or "",
                    points=typed.get("points") or 0,
                )


class LiveForm(Form):
    """What still changes once buyers have read it."""

    title = forms.CharField(label=_("名称"), max_length=30)
    ends_at = MomentField(label=_("结束"))


def initial_of(promotion: Promotion) -> dict[str, Any]:
    """A draft as it was typed."""
    typed: dict[str, Any] = {
        "title": promotion.title,
        "scope": promotion.scope,
        "starts_at": promotion.starts_at,
        "ends_at": promotion.ends_at,
        "products": list(promotion.products.values_list("code", flat=True)),
        "campaigns": list(promotion.campaigns.values_list("code", flat=True)),
    }
    for number, step in enumerate(promotion.steps.order_by("threshold_fen").select_related("gift__sku", "coupon")):
        typed |= {
            f"threshold-{number}": step.threshold_fen,
            f"off-{number}": step.off_fen,
            f"gift-{number}": step.gift.sku.code if step.gift else "",
            f"pieces-{number}": step.gift_pieces,
            f"stock-{number}": step.gift.pieces if step.gift else None,
            f"coupon-{number}": step.coupon.code if step.coupon else "",
            f"points-{number}": step.points,
        }
    return typed


def fresh(now: dt.datetime) -> dict[str, Any]:
    """What stands in the form of a new one: from now on, for a week, in the whole shop."""
    return {"scope": PromotionScope.SHOP, "starts_at": now, "ends_at": now + dt.timedelta(days=7)}


def _choices(merchant: Merchant) -> dict[str, list[tuple[str, Any]]]:
    skus = Sku.objects.filter(product__merchant=merchant, retired_at__isnull=True).select_related("product", "stock")
    templates = CouponTemplate.objects.active().filter(merchant=merchant).order_by("-pk")[:MOST_SHOWN]
    return {
        "gift": [("", _("不送"))]
        + [
            (sku.code, _("%(name)s（货架上 %(count)s 件）") % {"name": sku, "count": sku.stock.available})
            for sku in skus.order_by("-pk")[: MOST_SHOWN * 5]
        ],
        "coupon": [("", _("不送券")), *((template.code, template.name) for template in templates)],
    }


def _field(name: str, choices: dict[str, list[tuple[str, Any]]]) -> forms.Field:
    if name in ("gift", "coupon"):
        label = _("赠品") if name == "gift" else _("送的券")
        select = forms.Select(attrs={"class": "select"})
        return forms.ChoiceField(label=label, choices=choices[name], required=False, widget=select)
    if name in ("threshold", "off"):
        return YuanField(label=_("满") if name == "threshold" else _("减"), required=False)
    labels = {"pieces": _("每单送几件"), "stock": _("一共备几件"), "points": _("送多少积分")}
    return CountField(label=labels[name], required=False)
