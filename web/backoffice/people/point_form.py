"""What a merchant types about a pick-up point."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from community.models import Community
from community.selectors.communities import active
from orders.models import PickupPoint
from orders.services.pickup_points import PointDetails
from web.backoffice.fields import PercentField
from web.forms import Form

COMMUNITIES_SHOWN = 60


class DegreeField(forms.DecimalField):
    """Degrees with up to six decimals, as maps and phones say them."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "class": "input input--num", "autocomplete": "off"}
        said = {
            "invalid": _("写成数字，比如 30.274100"),
            "min_value": _("没有这样的度数"),
            "max_value": _("没有这样的度数"),
        }
        super().__init__(
            min_value=-most,
            max_value=most,
            required=False,
            widget=forms.TextInput(attrs=attrs),
            error_messages=said,
            **kwargs,
        )

    def clean(self, value: Any) -> Decimal | None:
        degrees = super().clean(value)
        return None if degrees is None else round(degrees, 6)


class PointForm(Form):
    name = forms.CharField(
        label=_("名称"), max_length=60, error_messages={"required": _("写个名字，比如 东门便民超市")}
    )
    address = forms.CharField(label=_("地址"), max_length=120, error_messages={"required": _("写清楚在哪，邻居好找")})
    hours = forms.CharField(label=_("自提时间"), max_length=60, required=False, help_text=_("比如 每天 16:00–20:00"))
    leader_phone = forms.CharField(
        label=_("团长手机号"),
        max_length=24,
        required=False,
        help_text=_("团长在手机上核销取货码；不填就由店里的人交货"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"}),
    )
    without_leader = forms.BooleanField(label=_("不再由团长交货"), required=False)
    commission_bp = PercentField(label=_("团长佣金（%）"), required=False)
    communities = forms.ModelMultipleChoiceField(
        label=_("服务哪些社区"),
        queryset=Community.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    latitude = DegreeField(label=_("纬度"), most=90)
    longitude = DegreeField(label=_("经度"), most=180)
    place = forms.ModelChoiceField(
        label=_("位置就在"),
        queryset=Community.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("用上面的经纬度"),
        help_text=_("不知道经纬度，就选自提点所在的社区"),
    )

    def __init__(self, *args: Any, point: PickupPoint | None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_said(point), **kwargs)
        self.point = point
        shown = choosable(point)
        self.fields["communities"].queryset = shown  # type: ignore[attr-defined]
        self.fields["place"].queryset = shown  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if (typed.get("latitude") is None) != (typed.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("经度和纬度要一起写，或者都不写"))
        return typed

    def details(self) -> PointDetails:
        """As the service wants it; an empty phone number keeps the leader there is, unless the box says otherwise."""
        typed, leader = self.cleaned_data, self.point.leader if self.point else None
        place = typed["place"] or None
        return PointDetails(
            name=typed["name"],
            address=typed["address"],
            hours=typed["hours"],
            latitude=place.latitude if place else typed["latitude"],
            longitude=place.longitude if place else typed["longitude"],
            leader_phone="" if typed["without_leader"] else typed["leader_phone"] or (leader.phone if leader else ""),
            commission_bp=typed["commission_bp"] or 0,
            is_active=self.point.is_active if self.point else True,
        )


def choosable(point: PickupPoint | None) -> QuerySet[Community]:
    """The open communities by name, as many as a form holds, and those the point serves already."""
    shown = active().order_by("name", "pk").values("pk")[:COMMUNITIES_SHOWN]
    served = Q(pickup_points=point) if point else Q()
    return active().filter(Q(pk__in=shown) | served).distinct().order_by("name", "pk")


def _said(point: PickupPoint | None) -> dict[str, Any]:
    if point is None:
        return {}
    names = ("name", "address", "hours", "commission_bp", "latitude", "longitude")
    served = list(Community.objects.filter(pickup_points=point).values_list("code", flat=True))
    return {name: getattr(point, name) for name in names} | {"communities": served}
