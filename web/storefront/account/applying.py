"""A2: becoming a merchant."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Merchant
from accounts.selectors.staff import application_of
from accounts.services.merchants import apply as ask
from accounts.states import MerchantStatus
from common.errors import Refusal
from web.access import person, signed_in
from web.storefront.account.forms import ApplyForm


@signed_in
def apply(request: HttpRequest) -> HttpResponse:
    """The application and what became of it; after a rejection it may be put right and sent again."""
    user = person(request)
    merchant = application_of(user)
    if merchant is not None and merchant.status != MerchantStatus.REJECTED:
        return render(request, "storefront/account/application.html", {"merchant": merchant, "tab": "me"})
    form = ApplyForm(
        request.POST or None, request.FILES or None, initial=_before(merchant) | {"contact_phone": user.phone}
    )
    if request.method == "POST" and form.is_valid():
        try:
            ask(user=user, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("申请已提交，一般一个工作日内有结果"))
            return redirect("storefront:apply")
    return render(request, "storefront/account/apply.html", {"form": form, "merchant": merchant, "tab": "me"})


def _before(merchant: Merchant | None) -> dict[str, str]:
    """What was written the last time."""
    names = ("name", "contact_name", "licence_number")
    return {name: getattr(merchant, name) for name in names} if merchant else {}
