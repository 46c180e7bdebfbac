"""Where neighbours fetch their goods, and who hands them over there."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotFound, Refusal
from common.masking import mask_phone
from orders.models import PickupPoint
from orders.selectors.pickup import points_of
from orders.services.pickup_points import PointDetails, save_point
from web.backoffice.access import Right, Shop, needs
from web.backoffice.fields import PercentField
from web.backoffice.shell import address, page_of, show, without_page
from web.forms import Form
from web.idempotency import once_per_form


class PointForm(Form):
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=60,
        error_messages={"required": gettext_lazy("写个名字，比如 东门便民超市")},
    )
    address = forms.CharField(
        label=gettext_lazy("地址"), max_length=120, error_messages={"required": gettext_lazy("写清楚在哪，邻居好找")}
    )
    hours = forms.CharField(
        label=gettext_lazy("自提时间"), max_length=60, required=False, help_text=gettext_lazy("比如 每天 16:00–20:00")
    )
    leader_phone = forms.CharField(
        label=gettext_lazy("团长手机号"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("团长在手机上核销取货码；不填就由店里的人交货"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"}),
    )
    without_leader = forms.BooleanField(label=gettext_lazy("不再由团长交货"), required=False)
    commission_bp = PercentField(label=gettext_lazy("团长佣金（%）"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("启用"), required=False)


@needs(Right.SELL)
def points(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All of them, those in use first."""
    context = {"page": page_of(request, points_of(shop.merchant)), "query": without_page(request)}
    return show(request, shop, "points/index.html", context, here="points")


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One more."""
    return _write(request, shop, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours; orders placed keep the leader and the rate they were placed with."""
    point = points_of(shop.merchant).filter(code=code).first()
    if point is None:
        raise NotFound
    return _write(request, shop, point)


def _write(request: HttpRequest, shop: Shop, point: PickupPoint | None) -> HttpResponse:
    form = PointForm(request.POST or None, initial=_initial(point))
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _save(shop, form.cleaned_data, point))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("自提点已保存"))
            return redirect(target)
    leader = point.leader if point else None
    phone = mask_phone(leader.phone) if leader else ""
    context = {"form": form, "point": point, "leader": leader, "leader_phone": phone}
    return show(request, shop, "points/edit.html", context, here="points")


def _initial(point: PickupPoint | None) -> dict[str, Any]:
    names = ("name", "address", "hours", "commission_bp", "is_active")
    return {name: getattr(point, name) for name in names} if point else {"is_active": True}


def _save(shop: Shop, typed: dict[str, Any], point: PickupPoint | None) -> str:
    """An empty phone number keeps the leader there is, unless the box says otherwise."""
    kept = point.leader.phone if point and point.leader else ""
    details = PointDetails(
        name=typed["name"],
        address=typed["address"],
        hours=typed["hours"],
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        leader_phone="" if typed["without_leader"] else typed["leader_phone"] or kept,
        commission_bp=typed["commission_bp"] or 0,
        is_active=typed["is_active"],
    )
    save_point(merchant=shop.merchant, actor_id=shop.actor_id, details=details, point=point)
    return address(shop, "points")
