"""What a merchant types about a campaign: the plain fields, the thresholds, and a column of prices for each SKU.

Six steps stand in the form, as many as a ladder may have; those left empty are no steps.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.services.plan_checks import MOST_TIERS
from campaigns.states import Basis, WhenMissed
from catalog.models import Sku
from orders.models import PickupPoint
from web.backoffice.fields import CountField, MomentField, TierPriceField, YuanField
from web.forms import Form

STEPS = range(MOST_TIERS)
TYPED_AS_THEY_ARE = (
    "title",
    "description",
    "basis",
    "minimum",
    "max_participants",
    "limit_per_person",
    "opens_at",
    "closes_at",
    "payment_minutes",
    "early_bird_orders",
    "early_bird_until",
    "leaving_allowed",
    "settle_when_full",
    "when_missed",
    "extend_hours",
    "pickup_points",
    "delivers",
    "freight_fen",
    "free_freight_from_fen",
    "fulfilment_note",
)


class CampaignForm(Form):
    """Everything of a campaign but its SKUs."""

    title = forms.CharField(label=_("标题"), max_length=60, error_messages={"required": _("写一个标题")})
    description = forms.CharField(
        label=_("介绍"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "textarea"}),
    )
    basis = forms.ChoiceField(label=_("按什么累计"), choices=Basis.choices, widget=forms.RadioSelect)
    minimum = CountField(label=_("成团数量"), required=False, help_text=_("空着就是第一档的数量"))
    max_participants = CountField(label=_("人数上限（人）"), required=False)
    limit_per_person = CountField(label=_("每人限购（件）"), required=False)
    opens_at = MomentField(label=_("开团时间"), error_messages={"required": _("写开团时间")})
    closes_at = MomentField(label=_("截止时间"), error_messages={"required": _("写截止时间")})
    payment_minutes = CountField(label=_("付款时限（分钟）"), required=False, help_text=_("过时没付款，名额让出来"))
    early_bird_orders = CountField(label=_("早鸟名额（单）"), required=False, help_text=_("前多少单是早鸟价"))
    early_bird_until = MomentField(label=_("早鸟截止"), required=False, help_text=_("在这之前下单是早鸟价"))
    leaving_allowed = forms.BooleanField(label=_("截止前可以退出"), required=False)
    settle_when_full = forms.BooleanField(label=_("卖满了马上成团，不等截止"), required=False)
    when_missed = forms.ChoiceField(label=_("没成团怎么办"), choices=WhenMissed.choices, widget=forms.RadioSelect)
    extend_hours = CountField(label=_("延长几小时"), required=False, max_value=168)
    pickup_points = forms.MultipleChoiceField(label=_("自提点"), required=False, widget=forms.CheckboxSelectMultiple)
    delivers = forms.BooleanField(label=_("送货上门"), required=False)
    freight_fen = YuanField(label=_("运费"), required=False)
    free_freight_from_fen = YuanField(label=_("满多少包邮"), required=False)
    fulfilment_note = forms.CharField(
        label=_("自提和配送说明"), max_length=200, required=False, help_text=_("比如 成团后第二天下午到")
    )
    suppose = CountField(label=_("假如卖到"), required=False)

    def __init__(self, *args: Any, points: Iterable[PickupPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in STEPS:
            self.fields[f"threshold{step}"] = CountField(label=_("满多少"), required=False)
        self.points = list(points)
        choices = [(point.code, point.name) for point in self.points]
        self.fields["pickup_points"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_points(self) -> set[str]:
        """The codes of the points that are ticked now."""
        return set(self["pickup_points"].value() or ())

    @property
    def steps(self) -> list[int]:
        """Which of the six steps were filled in."""
        return [step for step in STEPS if self.cleaned_data.get(f"threshold{step}") is not None]

    def clean_extend_hours(self) -> int | None:
        """Hours left over from another choice are no longer meant."""
        extends = self.data.get("when_missed") == WhenMissed.EXTEND
        return self.cleaned_data["extend_hours"] if extends else None


class OfferForm(Form):
    """One SKU of the campaign: a column of prices, how many pieces, the early-bird price."""

    code = forms.CharField(max_length=10, widget=forms.HiddenInput)
    quantity = CountField(label=_("划出件数"), error_messages={"required": _("写划出多少件")})
    early_bird_price_fen = YuanField(label=_("早鸟价"), required=False)
    gone = forms.BooleanField(label=_("去掉"), required=False)

    def __init__(self, *args: Any, sku: Sku, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in STEPS:
            self.fields[f"price{step}"] = TierPriceField(label=_("价格"), required=False, list_price_fen=sku.price_fen)
        self.sku = sku

    @property
    def prices(self) -> list[forms.BoundField]:
        return [self[f"price{step}"] for step in STEPS]

    def check_steps(self, form: CampaignForm) -> None:
        """A price for each step that was filled in, and none without a step."""
        for step in STEPS:
            price, threshold = self.cleaned_data.get(f"price{step}"), form.cleaned_data.get(f"threshold{step}")
            if threshold is not None and price is None and f"price{step}" not in self.errors:
                self.add_error(f"price{step}", _("每档都要写一个价"))
            if price is not None and threshold is None and f"threshold{step}" not in form.errors:
                form.add_error(f"threshold{step}", _("写满多少才是这个价"))


def typed(form: Form) -> dict[str, Any]:
    """What stands in the fields of a posted form, as it was typed."""
    return {name: form[name].value() for name in form.fields}
