"""The sandbox's messenger: takes due messages from their table and brings them until they are answered."""

import datetime as dt
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from payments.sandbox.models import SandboxDelivery
from payments.sandbox.signing import SIGNATURE, signed_headers

logger = logging.getLogger(__name__)

# Seconds after each attempt, as a large gateway documents them: a day and four minutes in all.
RETRY_AFTER: Sequence[float] = (
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10800, 10800, 10800, 21600, 21600),
)
TIMEOUT_SECONDS = (2, 5)
BATCH = 20
AT_ONCE = 4


class Courier:
    """A thread that delivers until it is stopped. What it had not delivered stands in the table for the next one."""

    def __init__(self, *, retry_after: Sequence[float] = RETRY_AFTER, idle_seconds: float = 0.2) -> None:
        self._retry_after = retry_after
        self._idle_seconds = idle_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()
        self._thread.join()

    def deliver_due(self, *, now: dt.datetime) -> int:
        """Bring everything that is due once; returns how much that was."""
        claimed = self._claim(now=now)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(_bring, claimed))
        for delivery, status in zip(claimed, answers, strict=True):
            delivered_at = timezone.now() if status == 200 else None
            SandboxDelivery.objects.filter(pk=delivery.pk).update(answer_status=status, delivered_at=delivered_at)
            _let_follow(delivery)
        return len(claimed)

    @transaction.atomic
    def _claim(self, *, now: dt.datetime) -> list[SandboxDelivery]:
        """Take due messages; the next attempt is written down first, in case this one never ends."""
        due = SandboxDelivery.objects.filter(
            delivered_at__isnull=True, due_at__lte=now, attempts__lte=len(self._retry_after)
        )
        claimed = list(due.order_by("due_at", "pk").select_for_update(skip_locked=True)[:BATCH])
        for delivery in claimed:
            wait = self._retry_after[min(delivery.attempts, len(self._retry_after) - 1)]
            delivery.attempts += 1
            delivery.due_at = now + dt.timedelta(seconds=wait)
        SandboxDelivery.objects.bulk_update(claimed, ["attempts", "due_at"])
        return claimed

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                if not self._try_deliver():
                    self._stopping.wait(self._idle_seconds)
        finally:
            connection.close()

    def _try_deliver(self) -> int:
        try:
            return self.deliver_due(now=timezone.now())
        except DatabaseError:
            logger.exception("the sandbox cannot reach its books")
            connection.close()
            return 0


def _let_follow(brought: SandboxDelivery) -> None:
    """Whatever was to be overtaken by this message comes now."""
    waiting = SandboxDelivery.objects.filter(overtaken=True, delivered_at__isnull=True, url=brought.url)
    waiting.filter(pk__lt=brought.pk).update(overtaken=False, due_at=timezone.now())


def _bring(delivery: SandboxDelivery) -> int | None:
    """One attempt; the answer's status, or None when there was no answer. Touches no table."""
    body = delivery.body.encode()
    headers = signed_headers(body, now=timezone.now()) | {"Content-Type": "application/json"}
    if delivery.forged:
        headers[SIGNATURE] = headers[SIGNATURE][::-1]
    try:
        answer = requests.post(delivery.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return None
    return answer.status_code
