"""D5: where neighbours fetch their goods, who hands them over there, and whom a point serves."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.errors import NotFound, Refusal
from common.masking import mask_phone
from community.services.communities import serve
from orders.models import Order, PickupPoint
from orders.selectors.pickup import points_of
from orders.services.pickup_points import save_point, switch_point
from orders.states import OrderStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.people.point_form import PointForm
from web.backoffice.shell import address, show, without_page
from web.idempotency import once_per_form
from web.keyset import keyset_page

RUNNING = (CampaignStatus.SCHEDULED, CampaignStatus.OPEN)
WAITING = (OrderStatus.PAID, OrderStatus.PREPARING, OrderStatus.READY)


@dataclass(frozen=True)
class Standing:
    """How many orders of a point wait: for their campaign, to be prepared, to be fetched."""

    joined: int
    preparing: int
    ready: int


@needs(Right.SELL)
def points(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All of them with what waits there, those in use first."""
    page = keyset_page(
        request.GET, points_of(shop.merchant).prefetch_related("communities"), by=("-is_active", "name", "pk")
    )
    standings = _standings(list(page))
    context = {
        "page": page,
        "points": [(point, standings[point.pk]) for point in page],
        "query": without_page(request),
    }
    return show(request, shop, "points/index.html", context, here="points")


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One more."""
    return _write(request, shop, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours; orders placed keep the leader and the rate they were placed with."""
    return _write(request, shop, _own(shop, code))


@needs(Right.SELL)
def switch(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Turn a point off after reading what that means in numbers, or on again."""
    point = _own(shop, code)
    if request.method == "POST":
        on = request.POST.get("to") == "on"
        switch_point(point=point, is_active=on, actor_id=shop.actor_id)
        messages.success(request, _("已启用，开团时可以选") if on else _("已停用，新订单不能再选这里"))
        return redirect("backoffice:points", shop.code)
    campaigns = Campaign.objects.filter(merchant=shop.merchant, status__in=RUNNING, pickup_points=point)
    context = {
        "point": point,
        "standing": _standings([point])[point.pk],
        "campaigns": list(campaigns.annotate(choices=Count("pickup_points")).order_by("closes_at")[:20]),
    }
    return show(request, shop, "points/switch.html", context, here="points")


def _own(shop: Shop, code: str) -> PickupPoint:
    point = points_of(shop.merchant).filter(code=code).first()
    if point is None:
        raise NotFound
    return point


def _standings(listed: list[PickupPoint]) -> dict[int, Standing]:
    """What waits at each of these points; one query."""
    waiting = Order.objects.filter(pickup_point__in=listed, status__in=WAITING).order_by()
    counted = waiting.values_list("pickup_point", "status").annotate(Count("pk"))
    numbers = {(point, status): count for point, status, count in counted}
    return {point.pk: Standing(*(numbers.get((point.pk, status), 0) for status in WAITING)) for point in listed}


def _write(request: HttpRequest, shop: Shop, point: PickupPoint | None) -> HttpResponse:
    form = PointForm(request.POST or None, point=point)
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _save(shop, form, point))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("自提点已保存"))
            return redirect(target)
    leader = point.leader if point else None
    phone = mask_phone(leader.phone) if leader else ""
    context = {"form": form, "point": point, "leader": leader, "leader_phone": phone}
    return show(request, shop, "points/edit.html", context, here="points")


def _save(shop: Shop, form: PointForm, point: PickupPoint | None) -> str:
    saved = save_point(merchant=shop.merchant, actor_id=shop.actor_id, details=form.details(), point=point)
    serve(point=saved, communities=list(form.cleaned_data["communities"]), actor_id=shop.actor_id)
    return address(shop, "points")
