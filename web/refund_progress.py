"""A refund in steps: worked out, handed in, arrived; where it goes, and by when. Pages and API tell it alike."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.models import Refund
from payments.selectors.refunds import LATEST
from payments.states import RefundRoute, RefundStatus
from web.gateways import gateway_word

WORKED_OUT, HANDED_IN, ARRIVED = "worked_out", "handed_in", "arrived"


@dataclass(frozen=True)
class Step:
    """One step; without an instant it is still to come. `is_current` is the last one that was reached."""

    name: str
    word: str
    at: dt.datetime | None
    is_done: bool
    is_current: bool = False


@dataclass(frozen=True)
class Progress:
    """How a refund stands. `place` is where the money goes, in words; `expected_at` is None once it is there."""

    refund: Refund
    steps: tuple[Step, ...]
    place: str
    expected_at: dt.datetime | None
    is_late: bool

    @property
    def route(self) -> str:
        """The way it takes, as a sentence."""
        return {
            RefundRoute.ORIGINAL: _("原路退回%(place)s"),
            RefundRoute.BALANCE: _("退到%(place)s"),
            RefundRoute.OTHER: _("打到%(place)s"),
        }[RefundRoute(self.refund.route)] % {"place": self.place}


def progress_of(refund: Refund, *, now: dt.datetime) -> Progress:
    """The refund with its payment; bank cards may take days longer, but which it was no gateway tells us."""
    is_done = refund.status == RefundStatus.DONE
    expected_at = None if is_done else refund.requested_at + LATEST
    place = _place(refund)
    return Progress(
        refund=refund,
        steps=_steps(refund, place),
        place=place,
        expected_at=expected_at,
        is_late=refund.status == RefundStatus.ABNORMAL or (expected_at is not None and expected_at < now),
    )


def _place(refund: Refund) -> str:
    if refund.route == RefundRoute.ORIGINAL:
        return gateway_word(refund.payment.gateway)
    return _("余额") if refund.route == RefundRoute.BALANCE else _("其他账户")


def _steps(refund: Refund, place: str) -> tuple[Step, ...]:
    is_done = refund.status == RefundStatus.DONE
    is_handed_in = refund.status != RefundStatus.REQUESTED
    arrived = _("%(place)s已到账") % {"place": place} if is_done else _("到账")
    steps = [Step(WORKED_OUT, _("已算清"), refund.requested_at, is_done=True, is_current=not is_handed_in)]
    # What goes to a balance at once is handed in to nobody.
    if refund.sent_at or not is_done:
        steps.append(Step(HANDED_IN, _("已提交"), refund.sent_at, is_handed_in, is_handed_in and not is_done))
    steps.append(Step(ARRIVED, arrived, refund.done_at, is_done, is_done))
    return tuple(steps)
