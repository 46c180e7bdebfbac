"""Codes for a coupon: one word for many people, or a batch of codes that are good once each."""

import datetime as dt
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import InvalidField
from common.ids import new_code
from marketing.errors import CouponStopped, WordTaken
from marketing.models import CodeBatch, CouponCode, CouponTemplate
from marketing.services.claiming import clean_code
from marketing.states import TemplateStatus

WORD = re.compile(r"^[A-Z0-9\u4e00-\u9fff]{4,20}$")
# Sixty bits: nobody finds one by trying.
CODE_LENGTH = 12
MOST_CODES = 50_000
# More than that are made by the sweep, so many at a time.
AT_ONCE = 500
CHUNK = 2_000


@transaction.atomic
def add_word(*, template: CouponTemplate, word: str, most_uses: int | None, actor_id: int) -> CouponCode:
    """A word that anybody may type in, so many times in all. Raises InvalidField, WordTaken, CouponStopped."""
    _refuse_stopped(template)
    text = clean_code(word)
    if not WORD.match(text):
        raise InvalidField("word", _("兑换码写 4 到 20 个字母、数字或汉字"))
    if most_uses is not None and most_uses < 1:
        raise InvalidField("most_uses", _("可用次数要大于 0，不限就留空"))
    try:
        with transaction.atomic():
            code = CouponCode.objects.create(template=template, text=text, most_uses=most_uses)
    except IntegrityError as taken:
        raise WordTaken from taken
    _audit(template, actor_id, quantity=1)
    return code


@transaction.atomic
def order_batch(*, template: CouponTemplate, quantity: int, actor_id: int, now: dt.datetime) -> CodeBatch:
    """So many codes that are good once each: a few at once, many by the sweep. Raises InvalidField, CouponStopped."""
    _refuse_stopped(template)
    if not 1 <= quantity <= MOST_CODES:
        raise InvalidField("quantity", _("一批 1 到 50000 个"))
    batch = CodeBatch.objects.create(template=template, quantity=quantity, asked_by_id=actor_id, asked_at=now)
    _audit(template, actor_id, quantity=quantity)
    if quantity <= AT_ONCE:
        _make(batch, quantity, now=now)
    return batch


def make_waiting(*, now: dt.datetime, limit: int = 10) -> int:
    """Go on with batches that are not whole yet, a chunk at a time, each in its own commit; returns how many codes.

    Several workers share the work: whoever has a batch in hand is not waited for.
    """
    return sum(_go_on(now=now) for _chunk in range(limit))


@transaction.atomic
def _go_on(*, now: dt.datetime) -> int:
    waiting = CodeBatch.objects.filter(made_at__isnull=True).order_by("pk")
    batch = waiting.select_for_update(skip_locked=True, no_key=True).first()
    return _make(batch, min(CHUNK, batch.quantity - batch.made), now=now) if batch else 0


def _make(batch: CodeBatch, count: int, *, now: dt.datetime) -> int:
    CouponCode.objects.bulk_create(
        CouponCode(template_id=batch.template_id, batch=batch, text=new_code(CODE_LENGTH), most_uses=1)
        for _each in range(count)
    )
    batch.made += count
    batch.made_at = now if batch.made == batch.quantity else None
    batch.save(update_fields=["made", "made_at"])
    return count


def _refuse_stopped(template: CouponTemplate) -> None:
    if template.status != TemplateStatus.ACTIVE:
        raise CouponStopped


def _audit(template: CouponTemplate, actor_id: int, *, quantity: int) -> None:
    audit.record(actor_id=actor_id, action="coupon.add_codes", subject=f"coupon:{template.code}", quantity=quantity)
