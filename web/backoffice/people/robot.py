"""H10: the robot in the shop's chat group: where it posts, and what of the shop it tells there."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.services.shop_robots import owner_of
from common.errors import Refusal
from notifications.models import Robot
from notifications.selectors.robots import robot_of
from notifications.services.robots import connect_robot, disconnect_robot, try_robot
from notifications.topics import OF_ROBOTS
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show
from web.forms import Form

WORDS = {
    "merchant_order_paid": gettext_lazy("有人付了款"),
    "merchant_campaign_decided": gettext_lazy("成团、没成团、取消"),
    "stock_low": gettext_lazy("库存低于预警线"),
    "merchant_quick_refund": gettext_lazy("小额售后自动退款"),
    "question_asked": gettext_lazy("有人提问"),
    "review_written": gettext_lazy("有人评价"),
}
CHOICES = [(kind, WORDS[kind]) for kind in OF_ROBOTS]


class RobotForm(Form):
    url = forms.CharField(
        label=gettext_lazy("机器人的 Webhook 地址"),
        max_length=200,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("往群里发什么"), choices=CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )


@needs(Right.SETTINGS)
def robot(request: HttpRequest, shop: Shop) -> HttpResponse:
    """The address is never shown again: whoever knows it may post in the group."""
    there = robot_of(owner_of(shop.merchant))
    form = RobotForm(request.POST or None, initial={"kinds": there.kinds if there else list(OF_ROBOTS)})
    if request.method == "POST" and form.is_valid():
        try:
            _connect(shop, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存，发一条试试"))
            return redirect("backoffice:robot", shop.code)
    return show(request, shop, "settings/robot.html", _context(there, form), here="settings")


@needs(Right.SETTINGS)
@require_POST
def send_test(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One line, at once."""
    try:
        try_robot(owner=owner_of(shop.merchant), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已发到群里，去看看"))
    return redirect("backoffice:robot", shop.code)


@needs(Right.SETTINGS)
@require_POST
def remove(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Nothing is posted any more."""
    disconnect_robot(owner=owner_of(shop.merchant), actor_id=shop.actor_id)
    messages.success(request, _("机器人已断开，地址已删除"))
    return redirect("backoffice:settings", shop.code)


def _connect(shop: Shop, form: RobotForm) -> None:
    typed = form.cleaned_data
    connect_robot(owner=owner_of(shop.merchant), actor_id=shop.actor_id, now=timezone.now(), **typed)


def _context(there: Robot | None, form: RobotForm) -> dict[str, object]:
    return {"robot": there, "form": form}
