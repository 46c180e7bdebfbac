"""What a gateway says about refunds that were claimed: asked by several hands at once, outside any transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Semaphore

from payments.errors import FactRejected, GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayRefund, HttpInsideTransaction, forbid_in_transaction, gateway_named
from payments.models import Refund
from payments.states import RefundStatus

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What came of one refund: a fact, or a fault of ours; neither when the gateway was silent."""

    refund: Refund
    fact: GatewayRefund | None = None
    fault: Exception | None = None

    @property
    def is_silence(self) -> bool:
        return self.fact is None and self.fault is None


def ask_about(refunds: Iterable[Refund], *, hands: int, wait_for_turn: Callable[[], object]) -> list[Answer]:
    """Ask in the order of the refunds, each in its turn, until one meets silence; what is in other hands then ends.

    The next is taken, and its turn waited for, only when a hand is free: no call leaves later than its turn. Hands
    touch no database of ours.
    """
    free, silent = Semaphore(hands), Event()

    def in_turn() -> Iterator[Refund]:
        waiting = iter(refunds)
        while free.acquire() and not silent.is_set() and (refund := next(waiting, None)):
            wait_for_turn()
            yield refund

    def ask_one(refund: Refund) -> Answer:
        try:
            answer = ask(refund)
            if answer.is_silence:
                silent.set()
            return answer
        finally:
            free.release()

    if hands == 1:
        return [ask_one(refund) for refund in in_turn()]
    # The hands cannot see whether this thread holds rows locked.
    forbid_in_transaction()
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(ask_one, in_turn()))


def ask(refund: Refund) -> Answer:
    """Only a refused refund is abnormal."""
    try:
        return Answer(refund, fact=_ask(refund))
    except GatewayUnavailable:
        return Answer(refund)
    except (GatewayRefused, FactRejected) as refusal:
        return Answer(refund, fact=GatewayRefund(RefundStatus.ABNORMAL, reason=str(refusal)))
    except HttpInsideTransaction:
        raise
    except Exception as fault:
        logger.exception("a gateway could not be asked", extra={"refund": refund.number})
        return Answer(refund, fault=fault)


def _ask(refund: Refund) -> GatewayRefund:
    """Send it the first time; afterwards ask, and send the same number again if the gateway never heard of it.

    Refusing a question is no answer: the money may be on its way.
    """
    gateway = gateway_named(refund.payment.gateway)
    if refund.attempts == 0:
        return gateway.refund(refund)
    try:
        known = gateway.query_refund(refund)
    except GatewayRefused as refusal:
        raise GatewayUnavailable from refusal
    return gateway.refund(refund) if known.status == RefundStatus.REQUESTED else known
