"""The demo's telephone: what the built-in provider kept instead of sending. Not routed outside the demo."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.models.user import hash_phone
from accounts.phones import normalise
from common.errors import Refusal
from notifications.models import TextMessage
from notifications.selectors.sms import last_texts
from web.forms import Form
from web.storefront.account.forms import phone_field


class PhoneForm(Form):
    phone: forms.CharField = phone_field()


@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """The last texts of a number."""
    form = PhoneForm(request.GET or None)
    texts: list[TextMessage] | None = None
    if form.is_bound and form.is_valid():
        try:
            texts = last_texts(hash_phone(normalise(form.cleaned_data["phone"])))
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "storefront/sandbox/phone.html", {"tab": "me", "form": form, "texts": texts})
