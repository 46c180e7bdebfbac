"""G2: a promotion ends, by its clock or by its merchant; the gifts nobody got go back to the shelf.

Orders that wait for their campaign keep the gift they took. As long as there are any, the rest stays set aside; a sweep
brings it back once the last of them is decided.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from catalog.errors import StillReserved
from catalog.services.allotting import close_allotments, return_allotments
from common import audit, statemachine
from marketing.errors import PromotionNotLive
from marketing.locks import lock_promotion
from marketing.models import Promotion
from marketing.promoting import purpose_of
from marketing.states import PromotionStatus

logger = logging.getLogger(__name__)


def end_due(*, now: dt.datetime) -> int:
    """End what is over and bring back what is left; returns how many promotions moved. A fault in one hurts no other.

    Safe to run by several workers at once.
    """
    over = Q(status=PromotionStatus.LIVE, ends_at__lte=now) | Q(status=PromotionStatus.ENDED, settled_at__isnull=True)
    return sum(_bring_on(pk, now=now) for pk in list(Promotion.objects.filter(over).values_list("pk", flat=True)))


def end(*, promotion: Promotion, actor_id: int, now: dt.datetime) -> None:
    """The merchant ends it now; what was quoted before still holds. Raises PromotionNotLive."""
    with transaction.atomic():
        live = lock_promotion(Promotion.objects.live(), promotion.pk)
        if live is None:
            raise PromotionNotLive
        audit.record(actor_id=actor_id, action="promotion.end", subject=f"promotion:{live.code}")
        _close(live, actor_id=actor_id, now=now)
    settle(promotion_id=promotion.pk, now=now)


def settle(*, promotion_id: int, now: dt.datetime) -> bool:
    """Bring the gifts that are left back to the shelf, once; False while an order holds one."""
    try:
        return _settle(promotion_id, now=now)
    except StillReserved:
        return False


def _bring_on(promotion_id: int, *, now: dt.datetime) -> bool:
    try:
        return _end_if_over(promotion_id, now=now) | settle(promotion_id=promotion_id, now=now)
    except Exception:
        logger.exception("a promotion could not be ended", extra={"promotion": promotion_id})
        return False


@transaction.atomic
def _end_if_over(promotion_id: int, *, now: dt.datetime) -> bool:
    over = lock_promotion(Promotion.objects.live().filter(ends_at__lte=now), promotion_id)
    if over is not None:
        _close(over, actor_id=None, now=now)
    return over is not None


def _close(promotion: Promotion, *, actor_id: int | None, now: dt.datetime) -> None:
    statemachine.move(promotion, PromotionStatus.ENDED, now=now, actor_id=actor_id, ended_at=now)
    close_allotments(purpose=purpose_of(promotion.code))


@transaction.atomic
def _settle(promotion_id: int, *, now: dt.datetime) -> bool:
    unsettled = Promotion.objects.filter(status=PromotionStatus.ENDED, settled_at__isnull=True)
    promotion = lock_promotion(unsettled, promotion_id)
    if promotion is None:
        return False
    return_allotments(purpose=purpose_of(promotion.code), now=now)
    Promotion.objects.filter(pk=promotion.pk).update(settled_at=now)
    return True
