"""Before somebody is given something, whoever contributed a check is asked."""

from common import events
from common.assessments import ALLOWED, Assessment, Verdict
from community.contributions import BenefitRequest, benefit_checks
from community.events import BenefitFlagged


def assess(request: BenefitRequest) -> Assessment:
    """The gravest answer of all checks: the first denial, else the first flag, else allowed.

    Every flag is published, in the caller's transaction; whether the benefit waits for a person or passes is for the
    caller to say.
    """
    gravest = ALLOWED
    for name, check in benefit_checks.items():
        assessment = check(request)
        if assessment.verdict == Verdict.DENY:
            return assessment
        if assessment.verdict == Verdict.FLAG:
            events.publish(_flagged(request, name, assessment))
            gravest = assessment if gravest is ALLOWED else gravest
    return gravest


def _flagged(request: BenefitRequest, check: str, assessment: Assessment) -> BenefitFlagged:
    return BenefitFlagged(
        user_id=request.user_id,
        kind=request.kind,
        source=request.source,
        check=check,
        reason=str(assessment.reason),
        evidence=dict(assessment.evidence),
    )
