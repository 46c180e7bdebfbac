"""What somebody earns from the business of others: frozen at first, following every refund, released with the rest."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from common import statemachine
from common.money import share
from payments.models import Commission
from payments.states import CommissionRole, CommissionStatus
from payments.subjects import Subject


@dataclass(frozen=True)
class Accrual:
    """Who earns which rate of what is left of a subject's goods, and who paid for them."""

    subject: Subject
    merchant_id: int
    payer_id: int
    beneficiary_id: int
    rate_bp: int
    base_fen: int
    role: CommissionRole = CommissionRole.LEADER


def accrue(wanted: Sequence[Accrual], *, now: dt.datetime) -> list[Commission]:
    """Write frozen commissions: none for oneself, and none of nothing."""
    commissions = Commission.objects.bulk_create(
        Commission(
            subject_kind=accrual.subject.kind,
            subject_number=accrual.subject.number,
            merchant_id=accrual.merchant_id,
            payer_id=accrual.payer_id,
            beneficiary_id=accrual.beneficiary_id,
            role=accrual.role,
            rate_bp=accrual.rate_bp,
            base_fen=accrual.base_fen,
            amount_fen=share(accrual.base_fen, accrual.rate_bp),
            accrued_at=now,
        )
        for accrual in wanted
        if accrual.payer_id != accrual.beneficiary_id and share(accrual.base_fen, accrual.rate_bp)
    )
    statemachine.begin_many(commissions, now=now)
    return commissions


def follow(goods_fen: Mapping[Subject, int], *, now: dt.datetime) -> None:
    """Bring the commissions of these subjects down to what is left of their goods; void what is left without any.

    Whoever changes a subject holds its lock, so that two refunds do not follow each other's old numbers.
    """
    by_subject = commissions_of(goods_fen)
    changed = [commission for commissions in by_subject.values() for commission in commissions]
    for subject, commissions in by_subject.items():
        _rate(commissions, goods_fen[subject])
    Commission.objects.bulk_update(changed, ["base_fen", "amount_fen"])
    void = [one.pk for one in changed if one.status == CommissionStatus.FROZEN and not one.amount_fen]
    statemachine.move_many(Commission, void, was=CommissionStatus.FROZEN, to=CommissionStatus.VOID, now=now)


def release(subjects: Iterable[Subject], *, now: dt.datetime) -> None:
    """The window is over: what is frozen is theirs."""
    frozen = [
        commission.pk
        for commissions in commissions_of(subjects).values()
        for commission in commissions
        if commission.status == CommissionStatus.FROZEN
    ]
    was, to = CommissionStatus.FROZEN, CommissionStatus.RELEASED
    statemachine.move_many(Commission, frozen, was=was, to=to, now=now, released_at=now)


def commissions_of(subjects: Iterable[Subject]) -> dict[Subject, list[Commission]]:
    """All commissions of each subject that are not void, in the order they came."""
    wanted = set(subjects)
    kinds, numbers = {subject.kind for subject in wanted}, {subject.number for subject in wanted}
    found = Commission.objects.filter(subject_kind__in=kinds, subject_number__in=numbers)
    by_subject = defaultdict(list)
    for commission in found.exclude(status=CommissionStatus.VOID).order_by("pk"):
        by_subject[Subject(commission.subject_kind, commission.subject_number)].append(commission)
    return dict(by_subject)


def _rate(commissions: Sequence[Commission], goods_fen: int) -> None:
    """Each its share of the goods, and together never more than there is."""
    left_fen = goods_fen
    for commission in commissions:
        commission.base_fen = goods_fen
        commission.amount_fen = min(share(goods_fen, commission.rate_bp), left_fen)
        left_fen -= commission.amount_fen
