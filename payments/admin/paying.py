"""What operators are asked when they have paid by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget


class BankReference(BaseDialogForm):
    """The proof that it was paid."""

    reference = forms.CharField(label=_("银行打款凭证号"), max_length=60, widget=UnfoldAdminTextInputWidget)
