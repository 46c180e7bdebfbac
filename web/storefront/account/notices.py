"""K2: how I want to hear things: by topic and channel, at which hours, at which addresses."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Contact, User
from accounts.selectors.contacts import contacts_of
from accounts.selectors.staff import merchants_of
from accounts.services.contacts import add_email, confirm_email, forget_contact
from common.errors import Refusal
from common.masking import mask_phone
from notifications.links import who_unsubscribes
from notifications.selectors.preferences import Choice, choices_of, quiet_hours_of
from notifications.services.preferences import choose, choose_quiet_hours, stop_marketing
from notifications.topics import Topic
from web.access import person, signed_in
from web.forms import Form
from web.storefront.account.wechat_binding import has_wechat, may_bind

HINTS = {
    Topic.ORDERS: gettext_lazy("付款、到货、取货"),
    Topic.CAMPAIGNS: gettext_lazy("开团、降价、成团没成团"),
    Topic.MONEY: gettext_lazy("退款、提现、收款账户的变动；站内消息关不掉"),
    Topic.COMMUNITY: gettext_lazy("评价和提问的回复，邻居的动静"),
    Topic.MARKETING: gettext_lazy("优惠券、积分、会员活动"),
    Topic.SHOP: gettext_lazy("你开的店：订单、审核、库存、评价"),
}


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class QuietForm(Form):
    begins = hour_field(gettext_lazy("从"))
    ends = hour_field(gettext_lazy("到"))


class EmailForm(Form):
    address = forms.CharField(
        label=gettext_lazy("邮箱"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("写下邮箱地址")},
    )


@dataclass(frozen=True)
class Row:
    """One topic with its squares."""

    topic: Topic
    hint: str
    choices: list[Choice] = field(default_factory=list)


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The whole table, and one button for all of it."""
    user = person(request)
    form = QuietForm(request.POST or None, initial=_hours(user))
    if request.method == "POST" and form.is_valid():
        wanted = {
            (str(one.topic), str(one.channel)): one.fixed or _square(one) in request.POST for one in _choices(user)
        }
        choose(user_id=user.pk, wanted=wanted, now=timezone.now())
        choose_quiet_hours(user_id=user.pk, **form.cleaned_data)
        messages.success(request, _("已保存"))
        return redirect("storefront:notices")
    return _page(request, form, EmailForm())


@signed_in
@require_POST
def stop_advertising(request: HttpRequest) -> HttpResponse:
    """No more of it, by whatever channel."""
    stop_marketing(user_id=person(request).pk, now=timezone.now())
    messages.success(request, _("不会再给你发优惠和活动消息"))
    return redirect("storefront:notices")


@signed_in
@require_POST
def email(request: HttpRequest) -> HttpResponse:
    """Keep a mail address and send a link there."""
    user, form = person(request), EmailForm(request.POST)
    if form.is_valid():
        try:
            add_email(user=user, address=form.cleaned_data["address"], now=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("确认邮件已发出，打开里面的链接就好"))
            return redirect("storefront:notices")
    return _page(request, QuietForm(initial=_hours(user)), form)


@signed_in
def email_confirm(request: HttpRequest) -> HttpResponse:
    """Where the link in the mail leads: a button, because programs open links too."""
    token = request.GET.get("token") or request.POST.get("token") or ""
    if request.method != "POST" and token:
        return render(request, "storefront/notices/confirm.html", {"tab": "me", "token": token})
    if token:
        try:
            confirm_email(user=person(request), token=token, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("邮箱已确认，消息也会发到那里"))
    return redirect("storefront:notices")


@signed_in
@require_POST
def forget(request: HttpRequest, kind: str) -> HttpResponse:
    """Nothing is told there any more."""
    if kind in Contact.Kind:
        forget_contact(user=person(request), kind=kind, now=timezone.now())
        messages.success(request, _("已移除"))
    return redirect("storefront:notices")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail, without signing in: mailboxes post here themselves (RFC 8058), people press the button."""
    user_id = who_unsubscribes(token)
    if user_id is not None and request.method == "POST":
        stop_marketing(user_id=user_id, now=timezone.now())
    context = {"tab": "me", "known": user_id is not None, "done": request.method == "POST"}
    return render(request, "storefront/notices/unsubscribe.html", context, status=200 if user_id else 410)


def _page(request: HttpRequest, form: QuietForm, email_form: EmailForm) -> HttpResponse:
    user = person(request)
    context = {
        "tab": "me",
        "rows": _rows(user),
        "form": form,
        "email_form": email_form,
        "contacts": contacts_of(user),
        "phone": mask_phone(user.phone),
        "has_wechat": has_wechat(),
        "may_bind": may_bind(request),
    }
    return render(request, "storefront/notices/index.html", context)


def _rows(user: User) -> list[Row]:
    by_topic = groupby(_choices(user), key=lambda choice: choice.topic)
    return [Row(topic, str(HINTS[topic]), list(choices)) for topic, choices in by_topic]


def _choices(user: User) -> list[Choice]:
    """Who has no shop is asked nothing about one."""
    has_shop = merchants_of(user).exists()
    return [choice for choice in choices_of(user.pk) if has_shop or choice.topic != Topic.SHOP]


def _square(choice: Choice) -> str:
    """The name of a box."""
    return f"{choice.topic.value}:{choice.channel.value}"


def _hours(user: User) -> dict[str, object]:
    hours = quiet_hours_of(user.pk)
    return {"begins": hours.begins, "ends": hours.ends}
