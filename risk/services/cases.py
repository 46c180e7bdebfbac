"""A case is opened by the first thing that is found about a subject; what is found later is evidence in it."""

import datetime as dt
from typing import Any

from django.db import transaction

from common import advisory, statemachine
from risk.detectors import methods
from risk.detectors.base import Subject
from risk.models import Evidence, RiskCase
from risk.selectors.cases import undecided
from risk.states import Severity


@transaction.atomic
def suspect(*, detector: str, subject: Subject, about: str, figures: dict[str, Any], now: dt.datetime) -> RiskCase:
    """Write down what a detector found. What it found once is evidence once, also in a case that is decided by now.

    `about` names the thing or the facts; `figures` are numbers and public codes, no personal data.
    """
    advisory.lock(f"risk-case:{detector}:{subject.kind}:{subject.code}")
    same = {"detector": detector, "subject_kind": subject.kind, "subject_code": subject.code}
    known = RiskCase.objects.filter(evidence__about=about, **same).first()
    if known is not None:
        return known
    # Held until the evidence is in: nobody decides without having been able to read it.
    case = undecided().select_for_update(no_key=True).filter(**same).first() or _open(same, subject, now=now)
    Evidence.objects.create(case=case, about=about, figures=figures, seen_at=now)
    return case


@transaction.atomic
def add_evidence(*, case: RiskCase, about: str, figures: dict[str, Any], now: dt.datetime) -> None:
    """Something happened that whoever decides the case should know; said twice it is known once."""
    Evidence.objects.get_or_create(case=case, about=about, defaults={"figures": figures, "seen_at": now})


def _open(same: dict[str, str], subject: Subject, *, now: dt.datetime) -> RiskCase:
    detector = same["detector"]
    severity = methods[detector].severity if detector in methods else Severity.MEDIUM
    case = RiskCase.objects.create(**same, person_id=subject.person_id, severity=severity, opened_at=now)
    statemachine.begin(case, now=now)
    return case
