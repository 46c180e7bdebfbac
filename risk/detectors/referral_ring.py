"""Invitations that lead in a circle: A invites B, who invites another account of A's.

An invitation is written once and never changed, so accounts alone close no circle: it closes over a device that two
of them share.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from community.contributions import BenefitRequest
from community.models import Invitation
from risk.detectors.base import Figures, Found, Method, Parameter, Parameters, Subject, Suspicion, add, days_ago
from risk.detectors.self_referral import INVITING
from risk.states import Severity, SubjectKind

# From each newcomer up the chain of those who invited them; closed where somebody above the inviter is the newcomer
# again, or uses a device of theirs.
RINGS = """
WITH RECURSIVE chain (newcomer, person, steps) AS (
    SELECT invitee_id, inviter_id, 1 FROM community_invitation WHERE invitee_id = ANY(%(newcomers)s)
    UNION
    SELECT chain.newcomer, above.inviter_id, chain.steps + 1
      FROM chain JOIN community_invitation above ON above.invitee_id = chain.person
     WHERE chain.steps < %(steps)s AND chain.person <> chain.newcomer
)
SELECT DISTINCT ON (chain.newcomer) chain.newcomer, newcomer.code, again.code, chain.steps
  FROM chain
  JOIN accounts_user newcomer ON newcomer.id = chain.newcomer
  JOIN accounts_user again ON again.id = chain.person
 WHERE chain.steps > 1 AND (chain.person = chain.newcomer OR EXISTS (
    SELECT 1 FROM risk_sighting above JOIN risk_sighting below USING (device_hash)
     WHERE above.user_id = chain.person AND below.user_id = chain.newcomer AND device_hash <> ''
       AND above.last_seen > %(since)s AND below.last_seen > %(since)s))
 ORDER BY chain.newcomer, chain.steps, again.code
"""


@dataclass(frozen=True)
class Ring:
    """A newcomer who stands above their own inviter: as themselves, or as an account on the same device."""

    newcomer_id: int
    newcomer: str
    again: str
    steps: int

    @property
    def figures(self) -> Figures:
        return {"again": self.again, "steps": self.steps}


def benefit(request: BenefitRequest, parameters: Parameters) -> Found:
    """Whether the invitation between these two closes a circle."""
    if request.kind not in INVITING or request.counterpart_id is None:
        return None
    found = rings([request.user_id, request.counterpart_id], parameters, now=request.now)
    return found[0].figures if found else None


def sweep(parameters: Parameters, now: dt.datetime) -> Iterable[Suspicion]:
    """Every circle that somebody closed lately."""
    late = Invitation.objects.filter(registered_at__gt=days_ago(parameters, now))
    for ring in rings(list(late.values_list("invitee_id", flat=True)), parameters, now=now):
        subject = Subject(SubjectKind.PERSON, ring.newcomer, ring.newcomer_id)
        yield Suspicion(subject, about=f"ring:{ring.newcomer}:{ring.again}", figures=ring.figures)


def rings(newcomers: Sequence[int], parameters: Parameters, *, now: dt.datetime) -> list[Ring]:
    """The shortest circle of each of these people who closed one. One query."""
    since = days_ago(parameters, now)
    with connection.cursor() as cursor:
        cursor.execute(RINGS, {"newcomers": list(newcomers), "steps": parameters["steps"], "since": since})
        return [Ring(*row) for row in cursor.fetchall()]


add(
    Method(
        key="referral_ring",
        title=_("邀请成环"),
        looks_for=_("沿着邀请关系往上走，又回到同一个人或同一台设备"),
        parameters=(
            Parameter("days", _("几天内"), default=90, most=90),
            Parameter("steps", _("最多往上找几层"), default=4, most=8, least=2),
        ),
        severity=Severity.HIGH,
        benefit=benefit,
        sweep=sweep,
    )
)
