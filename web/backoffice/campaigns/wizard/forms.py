"""What a merchant types at each step: the fields of the step, and those that every SKU has of its own.

Six tiers stand in the form, as many as a ladder may have; those left empty are no tiers.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.services.plan_checks import MOST_TIERS
from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from orders.models import PickupPoint
from web.backoffice.fields import CountField, MomentField, TierPriceField
from web.fields import YuanField
from web.forms import Form

TIERS = range(MOST_TIERS)


class SkuForm(Form):
    """The fields one SKU has at a step; their names begin with its code."""

    def __init__(self, *args: Any, sku: Sku, **kwargs: Any) -> None:
        super().__init__(*args, prefix=sku.code, **kwargs)
        self.sku = sku


class GoodsForm(Form):
    """What is sold, and what the campaign is called."""

    title = forms.CharField(
        label=_("标题"), max_length=60, required=False, help_text=_("空着就用第一个商品的名字，最多 60 个字")
    )
    description = forms.CharField(
        label=_("介绍"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "textarea"}),
    )


class QuantityForm(SkuForm):
    """How many pieces of a SKU are set aside."""

    quantity = CountField(label=_("划出件数"), error_messages={"required": _("写划出多少件")})


class LadderForm(Form):
    """From which counts on it gets cheaper."""

    basis = forms.ChoiceField(label=_("按什么累计"), choices=Basis.choices, widget=forms.RadioSelect)
    minimum = CountField(label=_("成团数量"), required=False, help_text=_("空着就是第一档的数量"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in TIERS:
            self.fields[f"threshold{tier}"] = CountField(label=_("满多少"), required=False)


class PricesForm(SkuForm):
    """The prices of a SKU, a tier each."""

    def __init__(self, *args: Any, sku: Sku, **kwargs: Any) -> None:
        super().__init__(*args, sku=sku, **kwargs)
        for tier in TIERS:
            self.fields[f"price{tier}"] = TierPriceField(label=_("价格"), required=False, list_price_fen=sku.price_fen)

    @property
    def prices(self) -> list[forms.BoundField]:
        return [self[f"price{tier}"] for tier in TIERS]


class RulesForm(Form):
    """When it runs, who may buy how much, and what happens when too few join."""

    opens_at = MomentField(label=_("开团时间"), error_messages={"required": _("写开团时间")})
    closes_at = MomentField(label=_("截止时间"), error_messages={"required": _("写截止时间")})
    head_start_minutes = CountField(
        label=_("会员先买（分钟）"),
        required=False,
        min_value=0,
        max_value=2880,
        help_text=_("开团后这段时间只有能先买的会员可以参团；空着就是人人一起"),
    )
    limit_per_person = CountField(label=_("每人限购（件）"), required=False)
    max_participants = CountField(label=_("人数上限（人）"), required=False)
    payment_minutes = CountField(label=_("付款时限（分钟）"), required=False, help_text=_("过时没付款，名额让出来"))
    early_bird_orders = CountField(label=_("早鸟名额（单）"), required=False, help_text=_("前多少单是早鸟价"))
    early_bird_until = MomentField(label=_("早鸟截止"), required=False, help_text=_("在这之前下单是早鸟价"))
    leaving_allowed = forms.BooleanField(label=_("截止前可以退出"), required=False)
    settle_when_full = forms.BooleanField(label=_("卖满了马上成团，不等截止"), required=False)
    when_missed = forms.ChoiceField(label=_("没成团怎么办"), choices=WhenMissed.choices, widget=forms.RadioSelect)
    extend_hours = CountField(label=_("延长几小时"), required=False, max_value=168)

    def clean_extend_hours(self) -> int | None:
        """Hours left over from another choice are no longer meant."""
        extends = self.data.get("when_missed") == WhenMissed.EXTEND
        return self.cleaned_data["extend_hours"] if extends else None


class EarlyBirdForm(SkuForm):
    """What a SKU costs the first who join."""

    early_bird_price_fen = YuanField(label=_("早鸟价"), required=False)


class HandoverForm(Form):
    """How the goods reach people."""

    pickup_points = forms.MultipleChoiceField(label=_("自提点"), required=False, widget=forms.CheckboxSelectMultiple)
    delivers = forms.BooleanField(label=_("送货上门"), required=False)
    freight_fen = YuanField(label=_("运费"), required=False)
    free_freight_from_fen = YuanField(label=_("满多少包邮"), required=False)
    fulfilment_note = forms.CharField(
        label=_("自提和配送说明"), max_length=200, required=False, help_text=_("比如 成团后第二天下午到")
    )

    def __init__(self, *args: Any, points: Iterable[PickupPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = list(points)
        choices = [(point.code, point.name) for point in self.points]
        self.fields["pickup_points"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_points(self) -> set[str]:
        """The codes of the points that are ticked now."""
        return set(self["pickup_points"].value() or ())
