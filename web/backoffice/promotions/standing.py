"""Where a promotion stands in its merchant's eyes."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketing.models import Promotion
from marketing.states import PromotionStatus

# The door these pages lie behind.
HERE = "coupons"


@dataclass(frozen=True)
class Standing:
    """A word and the kind of its badge."""

    word: str | Promise
    badge: str


def standing_of(promotion: Promotion) -> Standing:
    """Draft, waiting for its start, running, over."""
    if promotion.status == PromotionStatus.DRAFT:
        return Standing(_("草稿"), "")
    if promotion.status == PromotionStatus.ENDED:
        return Standing(_("已结束"), "")
    if timezone.now() < promotion.starts_at:
        return Standing(_("未开始"), "info")
    return Standing(_("进行中"), "accent")
