"""What people type in to get a coupon."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import Form


class CodeForm(Form):
    code = forms.CharField(
        label=_("兑换码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("先写兑换码")},
    )
