"""The demo's telephone: what the built-in channels kept instead of sending. Not routed outside the demo."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.models.user import hash_phone
from accounts.phones import normalise
from accounts.selectors.staff import merchants_of
from accounts.services.shop_robots import owner_of
from common.errors import Refusal
from notifications.channels.sandbox import hash_address
from notifications.models import TextMessage
from notifications.selectors.robots import robot_of
from notifications.selectors.sms import last_kept
from notifications.states import ChannelName
from web.forms import Form
from web.storefront.account.forms import phone_field


class PhoneForm(Form):
    phone: forms.CharField = phone_field()


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """The last texts of a number, and what came to its owner by mail, by WeChat, and in the group of their shop."""
    form = PhoneForm(request.GET or None)
    texts: list[TextMessage] | None = None
    if form.is_bound and form.is_valid():
        try:
            texts = last_kept(_hashes(normalise(form.cleaned_data["phone"])))
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "storefront/sandbox/phone.html", {"tab": "me", "form": form, "texts": texts})


def _hashes(number: str) -> list[str]:
    found = [hash_phone(number)]
    owner = User.objects.with_phone(number).first()
    if owner is None:
        return found
    found += owner.contacts.values_list("address_hash", flat=True)
    robots = (robot_of(owner_of(merchant)) for merchant in merchants_of(owner))
    return found + [hash_address(ChannelName.WECOM, robot.url) for robot in robots if robot]
