"""I4: every registered check looks at a withdrawal before its money moves; one that breaks down lets nothing pass."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.assessments import Assessment, Verdict, flagged
from payments.contributions import PayoutCheck, PayoutRequest, payout_checks
from payments.errors import PayoutDenied

logger = logging.getLogger(__name__)

BROKEN = _("检查没有跑成，人工核对以后再放行")


@dataclass(frozen=True)
class Flag:
    """What a person has to look at before the money may go."""

    check: str
    reason: str


def assess(request: PayoutRequest) -> list[Flag]:
    """What the checks want looked at, in the words of operators. Raises PayoutDenied with what the owner may read."""
    said = [(name, _ask(name, check, request)) for name, check in payout_checks.items()]
    for _name, assessment in said:
        if assessment.verdict == Verdict.DENY:
            raise PayoutDenied(reason=str(assessment.reason))
    with translation.override(settings.LANGUAGE_CODE):
        return [Flag(name, str(answer.reason)) for name, answer in said if answer.verdict == Verdict.FLAG]


def _ask(name: str, check: PayoutCheck, request: PayoutRequest) -> Assessment:
    try:
        with transaction.atomic():
            return check(request)
    except Exception:
        logger.exception("payout check broke down", extra={"check": name})
        return flagged(BROKEN)
