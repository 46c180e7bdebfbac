"""The same request twice has one effect and one answer.

The key, the work and the answer are one transaction: a crash leaves none of them, a concurrent repeat waits for the
first and then reads its answer.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from common.contention import LOCK_NOT_AVAILABLE, pgcode_of
from common.errors import Conflict, Invalid, Refusal
from common.models import IdempotencyKey

LONGEST_KEY = 100
CLAIM = """
INSERT INTO common_idempotencykey (actor_id, endpoint, key, request_hash) VALUES (%s, %s, %s, %s)
ON CONFLICT (actor_id, endpoint, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class Answer:
    """What a request was answered: an HTTP status and a body that JSON can hold."""

    status: int
    body: Any


class InvalidKey(Invalid):
    """No key, or one that is too long."""

    code = "invalid_idempotency_key"
    message = _("请求编号要有 1 到 100 个字符")


class KeyReused(Refusal):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    status = 422
    message = _("这个请求编号已经用在别的内容上了")


class StillRunning(Conflict):
    """The first request with this key has not finished yet."""

    code = "request_in_progress"
    message = _("上一次提交还在处理，请稍等")


def hash_request(body: Any) -> str:
    """The same 64 digits for the same content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def once(
    *,
    actor_id: int,
    endpoint: str,
    key: str,
    body: Any,
    work: Callable[[], Answer],
    refuse: Callable[[Refusal], Answer],
) -> Answer:
    """Do the work, or answer what it was answered before. `refuse` renders a refusal, which is an answer as well.

    `work` must not talk to anybody but the database. Raises InvalidKey, KeyReused and StillRunning. An answer of 5xx
    is never kept, and neither is what was done on the way to it.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidKey
    request_hash = hash_request(body)
    with transaction.atomic():
        claimed = _claim(actor_id, endpoint, key, request_hash)
        if claimed is None:
            return _remembered(actor_id, endpoint, key, request_hash)
        try:
            with transaction.atomic():
                answer = work()
        except Refusal as refusal:
            if refusal.status >= 500:
                raise
            answer = refuse(refusal)
        if answer.status >= 500:
            transaction.set_rollback(True)
            return answer
        IdempotencyKey.objects.filter(pk=claimed).update(
            answer_status=answer.status, answer=json.dumps(answer.body, ensure_ascii=False)
        )
        return answer


def _claim(actor_id: int, endpoint: str, key: str, request_hash: str) -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [actor_id, endpoint, key, request_hash])
            row = cursor.fetchone()
    except OperationalError as error:
        if pgcode_of(error) == LOCK_NOT_AVAILABLE:
            raise StillRunning from error
        raise
    return row[0] if row else None


def _remembered(actor_id: int, endpoint: str, key: str, request_hash: str) -> Answer:
    kept = IdempotencyKey.objects.get(actor_id=actor_id, endpoint=endpoint, key=key)
    if kept.request_hash != request_hash:
        raise KeyReused
    return Answer(status=kept.answer_status or 200, body=json.loads(kept.answer or "null"))
