"""What a merchant types about a channel code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from marketing.models.channel import LONGEST_NAME
from marketing.states import ChannelKind
from web.forms import Form

LEADS_TO = (CampaignStatus.OPEN, CampaignStatus.SCHEDULED)


class ChannelForm(Form):
    """A name nobody else of the shop uses, where it hangs, and what it opens."""

    name = forms.CharField(
        label=_("名称"),
        max_length=LONGEST_NAME,
        help_text=_("自己认得就行，比如“锦绣花园东门公告栏”"),
    )
    kind = forms.ChoiceField(label=_("渠道"), choices=ChannelKind.choices)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label=_("打开哪个团"),
        required=False,
        empty_label=_("首页"),
        to_field_name="code",
    )

    def __init__(self, *args: object, merchant: Merchant, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ours = Campaign.objects.filter(merchant=merchant, status__in=LEADS_TO).order_by("-pk")
        self.fields["campaign"].queryset = ours  # type: ignore[attr-defined]
