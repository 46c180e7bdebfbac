"""Points for what neighbours do; whoever contributed a check is asked first."""

import datetime as dt

from common.assessments import Verdict
from community.contributions import BenefitRequest
from community.models import PointsEntry
from community.services.benefits import assess
from community.services.points.awarding import award
from community.states import PointsKind


def reward(*, user_id: int, kind: PointsKind, amount: int, source: str, now: dt.datetime) -> PointsEntry | None:
    """Give points, once, unless a check says no; a flag lets them pass, a person looks later.

    In a transaction of the caller. None where nothing is given.
    """
    request = BenefitRequest(user_id=user_id, kind=f"points_{kind}", source=source, now=now)
    if amount <= 0 or assess(request).verdict == Verdict.DENY:
        return None
    return award(user_id=user_id, kind=kind, amount=amount, source=source, now=now)
