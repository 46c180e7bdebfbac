"""Money is promised back. The promise is a row with a number, committed before any gateway hears of it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from common import statemachine
from common.rows import insert_rows
from payments.errors import (
    NotCaptured,
    RefundAmountInvalid,
    RefundedBefore,
    RefundTooLarge,
    TooManyRefunds,
)
from payments.locks import lock_payments
from payments.models import Payment, Refund
from payments.services import ledger
from payments.services.crediting import done_at_once
from payments.states import ALWAYS_ORIGINAL, BALANCE, ONCE_PER_PAYMENT, PaymentStatus, RefundKind, RefundRoute
from payments.subjects import subject_of

MOST_REFUNDS = 50
BETWEEN_REFUNDS = dt.timedelta(seconds=60)

# The guard itself: whatever was looked up before, no payment gives back more than it took.
PROMISE = """
UPDATE payments_payment AS payment
   SET refund_fen = payment.refund_fen + wanted.amount_fen, refund_count = payment.refund_count + wanted.parts
  FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[], %(parts)s::int[]) AS wanted(id, amount_fen, parts)
 WHERE payment.id = wanted.id
   AND payment.status = 'captured'
   AND payment.refund_fen + wanted.amount_fen <= payment.amount_fen
   AND payment.refund_count + wanted.parts <= %(most)s
RETURNING payment.id
"""


@dataclass(frozen=True)
class RefundRequest:
    """How much of one payment goes back, of which kind, and why (shown to the payer).

    Without a route it goes the way the payer has chosen once and for all. What a balance paid always goes back there;
    money that came late or twice never does, it was not for us.
    """

    payment_id: int
    kind: RefundKind
    amount_fen: int
    reason: str
    route: RefundRoute | None = None


def request_refunds(*, wanted: Sequence[RefundRequest], now: dt.datetime) -> list[Refund]:
    """Refunds in the order wanted: all of them, or none and a RefundRefused that names the offending payment.

    Set-based, in the caller's transaction; payments are locked in the order of their keys. Two refunds of one payment
    leave at least a minute apart, as gateways ask for; those to a balance are done when this returns.
    """
    return _request(wanted, now=now) if wanted else []


@transaction.atomic
def _request(wanted: Sequence[RefundRequest], *, now: dt.datetime) -> list[Refund]:
    payments = lock_payments(request.payment_id for request in wanted)
    _check_kinds(wanted, payments)
    _promise(wanted, payments)
    refunds = _write(wanted, _routes(wanted, payments), now=now)
    statemachine.begin_many(refunds, now=now)
    _book(refunds, payments, now=now)
    done_at_once([refund for refund in refunds if refund.route == RefundRoute.BALANCE], payments, now=now)
    return refunds


def _routes(wanted: Sequence[RefundRequest], payments: Mapping[int, Payment]) -> list[RefundRoute]:
    undecided = {payments[request.payment_id].payer_id for request in wanted if request.route is None}
    chosen = User.objects.filter(pk__in=undecided, refund_to_balance=True).values_list("pk", flat=True)
    to_balance = set(chosen) if undecided else set()

    def route(request: RefundRequest) -> RefundRoute:
        payment = payments[request.payment_id]
        if payment.gateway == BALANCE:
            return RefundRoute.BALANCE
        if request.kind in ALWAYS_ORIGINAL:
            return RefundRoute.ORIGINAL
        usual = RefundRoute.BALANCE if payment.payer_id in to_balance else RefundRoute.ORIGINAL
        return usual if request.route is None else request.route

    return [route(request) for request in wanted]


def _check_kinds(wanted: Sequence[RefundRequest], payments: Mapping[int, Payment]) -> None:
    """Amounts above zero, and each kind once for each payment; the payments' locks keep the answer true."""
    made = set(
        Refund.objects.filter(payment_id__in=payments, kind__in=ONCE_PER_PAYMENT).values_list("payment_id", "kind")
    )
    for request in wanted:
        number = payments[request.payment_id].number
        if request.amount_fen <= 0:
            raise RefundAmountInvalid(payment=number)
        if (request.payment_id, request.kind) in made:
            raise RefundedBefore(payment=number, kind=str(request.kind))
        if request.kind in ONCE_PER_PAYMENT:
            made.add((request.payment_id, request.kind))


def _promise(wanted: Sequence[RefundRequest], payments: Mapping[int, Payment]) -> None:
    amounts: Counter[int] = Counter()
    parts: Counter[int] = Counter()
    for request in wanted:
        amounts[request.payment_id] += request.amount_fen
        parts[request.payment_id] += 1
    ids = sorted(amounts)
    with connection.cursor() as cursor:
        cursor.execute(
            PROMISE,
            {
                "ids": ids,
                "amounts": [amounts[pk] for pk in ids],
                "parts": [parts[pk] for pk in ids],
                "most": MOST_REFUNDS,
            },
        )
        promised = {row[0] for row in cursor.fetchall()}
    for pk in ids:
        if pk not in promised:
            _name_reason(payments[pk], parts=parts[pk])


def _name_reason(payment: Payment, *, parts: int) -> None:
    if payment.status != PaymentStatus.CAPTURED:
        raise NotCaptured(payment=payment.number)
    if payment.refund_count + parts > MOST_REFUNDS:
        raise TooManyRefunds(payment=payment.number)
    raise RefundTooLarge(payment=payment.number, left_fen=payment.amount_fen - payment.refund_fen)


def _write(wanted: Sequence[RefundRequest], routes: Sequence[RefundRoute], *, now: dt.datetime) -> list[Refund]:
    next_slot = _next_slots(request.payment_id for request in wanted)
    refunds = []
    for request, route in zip(wanted, routes, strict=True):
        due_at = now
        if route == RefundRoute.ORIGINAL:
            due_at = max(now, next_slot[request.payment_id])
            next_slot[request.payment_id] = due_at + BETWEEN_REFUNDS
        refunds.append(
            Refund(
                payment_id=request.payment_id,
                kind=request.kind,
                amount_fen=request.amount_fen,
                route=route,
                reason=request.reason[:200],
                requested_at=now,
                due_at=due_at,
            )
        )
    return insert_rows(refunds)


def _next_slots(payment_ids: Iterable[int]) -> dict[int, dt.datetime]:
    """The first instant at which another refund of each payment may leave."""
    never_left = Q(route=RefundRoute.BALANCE, sent_at=None)
    leaving = Refund.objects.exclude(never_left).filter(payment_id__in=set(payment_ids)).values("payment_id")
    latest = leaving.annotate(latest=Max(Coalesce(F("sent_at"), F("due_at"))))
    slots: defaultdict[int, dt.datetime] = defaultdict(lambda: dt.datetime.min.replace(tzinfo=dt.UTC))
    slots.update({row["payment_id"]: row["latest"] + BETWEEN_REFUNDS for row in latest})
    return slots


def _book(refunds: Sequence[Refund], payments: Mapping[int, Payment], *, now: dt.datetime) -> None:
    """Out of the merchant's escrow, into the money that is on its way back, or into the payer's balance."""
    touched = [payments[refund.payment_id] for refund in refunds]
    escrow = {pk: ledger.escrow(pk) for pk in sorted({payment.merchant_id for payment in touched})}
    to = _receivers(refunds, touched)
    bookings = [
        ledger.Booking(
            key=f"refund:{refund.number}",
            subject=subject_of(payment),
            lines=(
                ledger.debit(escrow[payment.merchant_id], refund.amount_fen),
                ledger.credit(account_id, refund.amount_fen),
            ),
            merchant_id=payment.merchant_id,
            payment_id=payment.pk,
            refund_id=refund.pk,
        )
        for refund, payment, account_id in zip(refunds, touched, to, strict=True)
    ]
    ledger.post(bookings, now=now)


def _receivers(refunds: Sequence[Refund], touched: Sequence[Payment]) -> list[int]:
    """The account into which each refund goes, by id."""
    pairs = [(refund.route == RefundRoute.BALANCE, payment) for refund, payment in zip(refunds, touched, strict=True)]
    gateways = sorted({payment.gateway for to_balance, payment in pairs if not to_balance})
    in_flight = {name: ledger.refund_in_flight(name) for name in gateways}
    purses = ledger.balances(payment.payer_id for to_balance, payment in pairs if to_balance)
    return [purses[payment.payer_id] if to_balance else in_flight[payment.gateway] for to_balance, payment in pairs]
