"""Why a campaign came back to its merchant, in the language of whoever reads it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from campaigns.errors import MerchantMayNotOpen
from campaigns.models import Campaign
from catalog.errors import NotEnoughStock
from common.errors import Refusal

OBSTACLES: Mapping[str, type[Refusal]] = {kind.code: kind for kind in (NotEnoughStock, MerchantMayNotOpen)}


def review_says(campaign: Campaign) -> str:
    """What stood in the way of opening, said anew; otherwise the operator's note as it was written."""
    data = dict(campaign.obstacle)
    obstacle = OBSTACLES.get(data.pop("code", ""))
    return _("没有开团：%(why)s") % {"why": obstacle(**data)} if obstacle else campaign.review_note
