"""The same request twice has one effect and one answer.

The key, the work and the answer are one transaction: a crash leaves none of them, a concurrent repeat waits for the
first and then reads its answer.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from common.calls import flush
from common.contention import LOCK_NOT_AVAILABLE, pgcode_of
from common.errors import Conflict, Invalid, Refusal
from common.models import IdempotencyKey

T = TypeVar("T")

LONGEST_KEY = 100
CLAIM = """
INSERT INTO common_idempotencykey (actor_id, endpoint, key, request_hash, answer_status, answer)
VALUES (%s, %s, %s, %s, %s, %s)
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


class Repeated(Exception):
    """The key was there before, so nothing was done."""

    code = "repeated"


@dataclass
class Once(Generic[T]):
    """A request's own name, for work that keeps it by itself, with the answer that its outcome is given.

    `answer` is made before the outcome has a number; where it says {number} first, the number goes
    (common/sql/remember.sql).
    """

    actor_id: int
    endpoint: str
    key: str
    request_hash: str
    answer: Callable[[T], Answer]
    # Its status, and its body in letters.
    kept: tuple[int, str] | None = field(default=None, init=False)

    def row(self, outcome: T) -> dict[str, Any]:
        """What common_remember keeps."""
        answer = self.answer(outcome)
        self.kept = answer.status, _letters(answer)
        return {
            "actor_id": self.actor_id,
            "endpoint": self.endpoint,
            "key": self.key,
            "request_hash": self.request_hash,
            "answer_status": self.kept[0],
            "answer": self.kept[1],
        }

    def answered(self, number: str) -> Answer:
        """What was kept, with the number that the outcome was given: a repeat is answered the same."""
        assert self.kept is not None
        status, letters = self.kept
        return Answer(status, json.loads(letters.replace("{number}", number, 1)))


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
        IdempotencyKey.objects.filter(pk=claimed).update(answer_status=answer.status, answer=_letters(answer))
        return answer


def once_in_one_call(
    once: Once[T],
    *,
    work: Callable[[Once[T]], str],
    refuse: Callable[[Refusal], Answer],
) -> Answer:
    """As `once`, for work that keeps the key in the same statement that has its effect, which is all it does. `work`
    returns the number of the document that it made.

    Nothing is looked up beforehand: a repeat is found out by whoever writes second. `work` raises Repeated then. A
    refusal had no effect, so that the answer of whoever wrote the key first is the right one for it, too.
    """
    if not 0 < len(once.key) <= LONGEST_KEY:
        raise InvalidKey
    request = (once.actor_id, once.endpoint, once.key, once.request_hash)
    try:
        return once.answered(work(once))
    except Repeated:
        return _committed(*request)
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        answer = refuse(refusal)
    return answer if _claim(*request, answer) is not None else _committed(*request)


def _committed(actor_id: int, endpoint: str, key: str, request_hash: str) -> Answer:
    """The answer of whoever wrote the key first, who may not have waited for the disk yet."""
    flush()
    return _remembered(actor_id, endpoint, key, request_hash)


def _letters(answer: Answer) -> str:
    return json.dumps(answer.body, ensure_ascii=False)


def _claim(actor_id: int, endpoint: str, key: str, request_hash: str, answer: Answer | None = None) -> int | None:
    kept = (None, None) if answer is None else (answer.status, _letters(answer))
    try:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [actor_id, endpoint, key, request_hash, *kept])
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
