"""C6: giving a campaign up, after reading what that means in numbers."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.services import cancelling
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import at_stake, of_shop
from web.backoffice.campaigns.watching import BEFORE_CLOSING
from web.backoffice.shell import address, show
from web.forms import Form
from web.idempotency import once_per_form


class CancelForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么取消"),
        max_length=200,
        help_text=gettext_lazy("参团的邻居会看到这句话"),
        error_messages={"required": gettext_lazy("写一句原因，参团的邻居会看到")},
        widget=forms.Textarea(attrs={"rows": 2, "class": "textarea"}),
    )


@needs(Right.SELL)
def cancel(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The numbers first, then the deed. Everybody who paid gets everything back."""
    campaign = of_shop(shop, code)
    if request.method != "POST" and campaign.status not in BEFORE_CLOSING:
        messages.warning(request, _("这个团已经结束或正在结算，不能取消"))
        return redirect("backoffice:campaign", shop.code, code)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _cancel(shop, campaign, form.cleaned_data["reason"]))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已取消。付过的钱会全部原路退回，邻居会收到你写的原因"))
            return redirect(target)
    context = {"campaign": campaign, "stake": at_stake(campaign), "form": form}
    return show(request, shop, "campaigns/cancel.html", context, here="campaigns")


def _cancel(shop: Shop, campaign: Campaign, reason: str) -> str:
    cancelling.cancel(campaign=campaign, actor_id=shop.actor_id, reason=reason, now=timezone.now())
    return address(shop, "campaign", campaign.code)
