"""G2: a promotion goes live: its gifts leave the shelf, and from its start on every quote looks at it."""

import datetime as dt

from django.db import transaction

from catalog.services.allotting import allot
from common import audit, statemachine
from marketing.errors import PromotionNotEditable, PromotionOver, ShopMayNotPromote
from marketing.locks import lock_promotion
from marketing.models import Promotion
from marketing.promoting import purpose_of
from marketing.states import PromotionStatus


@transaction.atomic
def launch(*, promotion: Promotion, actor_id: int, now: dt.datetime) -> Promotion:
    """Draft → live, every gift set aside or none.

    Raises PromotionNotEditable, PromotionOver, ShopMayNotPromote, and NotEnoughStock (`available`).
    """
    draft = lock_promotion(Promotion.objects.filter(status=PromotionStatus.DRAFT), promotion.pk)
    if draft is None:
        raise PromotionNotEditable
    if draft.ends_at <= now:
        raise PromotionOver
    if not draft.merchant.may_sell:
        raise ShopMayNotPromote
    for gift in draft.gifts.order_by("sku_id"):
        gift.allotment = allot(sku_id=gift.sku_id, quantity=gift.pieces, purpose=purpose_of(draft.code), now=now)
        gift.save(update_fields=["allotment"])
    statemachine.move(draft, PromotionStatus.LIVE, now=now, actor_id=actor_id)
    audit.record(actor_id=actor_id, action="promotion.launch", subject=f"promotion:{draft.code}")
    return draft


@transaction.atomic
def discard(*, promotion: Promotion, actor_id: int) -> None:
    """Throw a draft away. Raises PromotionNotEditable of any other."""
    draft = lock_promotion(Promotion.objects.filter(status=PromotionStatus.DRAFT), promotion.pk)
    if draft is None:
        raise PromotionNotEditable
    audit.record(actor_id=actor_id, action="promotion.discard", subject=f"promotion:{draft.code}")
    draft.delete()
