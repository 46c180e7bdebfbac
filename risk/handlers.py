"""What risk makes of what happened below: sightings of doors, and cases of what checks have flagged."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import User
from common.events import handles, handles_many
from community.events import BenefitFlagged
from orders.events import OrderPlaced, PlacingFlagged
from orders.models import Order
from payments.events import WithdrawalHeld
from payments.models import Withdrawal
from payments.purses import owner_of
from risk.checks import OPEN_CASE
from risk.detectors.base import Subject
from risk.selectors.cases import about_benefit, undecided_of
from risk.services.cases import add_evidence, suspect
from risk.services.sightings import sight_addresses
from risk.states import SubjectKind


@handles_many(OrderPlaced)
def sight_where_it_goes(events: Sequence[OrderPlaced], now: dt.datetime) -> None:
    """Who has something delivered to which door."""
    sight_addresses(order_ids=[event.order_id for event in events])


@handles(PlacingFlagged)
def suspect_buyer(event: PlacingFlagged, now: dt.datetime) -> None:
    """An order was placed that somebody should look at: a case about its buyer."""
    order = Order.objects.select_related("buyer").get(pk=event.order_id)
    suspect(
        detector=event.check,
        subject=_person(order.buyer),
        about=f"order:{order.number}",
        figures=event.evidence,
        now=now,
    )


@handles(BenefitFlagged)
def suspect_beneficiary(event: BenefitFlagged, now: dt.datetime) -> None:
    """Somebody is given something that a person should look at: a case about them."""
    suspect(
        detector=event.check,
        subject=_person(User.objects.get(pk=event.user_id)),
        about=about_benefit(event.kind, event.source),
        figures=event.evidence,
        now=now,
    )


@handles(WithdrawalHeld)
def suspect_withdrawal(event: WithdrawalHeld, now: dt.datetime) -> None:
    """Checks have held a withdrawal: a case for each; one that is held for a case is evidence in that case."""
    withdrawal = Withdrawal.objects.select_related("user", "merchant").get(pk=event.withdrawal_id)
    subject = Subject(SubjectKind.WITHDRAWAL, withdrawal.number, withdrawal.user_id)
    about, figures = f"withdrawal:{withdrawal.number}", {"amount_fen": withdrawal.amount_fen}
    checks = [flag["check"] for flag in withdrawal.flags]
    for check in checks:
        if check != OPEN_CASE:
            suspect(detector=check, subject=subject, about=about, figures=figures, now=now)
    if OPEN_CASE in checks:
        for case in undecided_of(owner_of(withdrawal)):
            add_evidence(case=case, about=about, figures=figures, now=now)


def _person(user: User) -> Subject:
    return Subject(SubjectKind.PERSON, user.code, user.pk)
