"""How many people share one device, or one door: what two detectors have in common."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.quotes import Basket
from risk.detectors.base import Buyer, Found, Parameters, Since, Subject, Suspicion, days_ago
from risk.fingerprints import SHOWN
from risk.models import AddressSighting, Sighting
from risk.states import SubjectKind

PEOPLE = Count("user", distinct=True)


@dataclass(frozen=True)
class Crowd:
    """Sightings of one kind, and the column that says where somebody was seen."""

    model: type[Sighting] | type[AddressSighting]
    by: str
    kind: SubjectKind

    def fact(self, buyer: Buyer, since: Since) -> Combinable:
        """How many people were seen where the buyer was and most others were."""
        seen = self._seen(since)
        beside = seen.filter(**{f"{self.by}__in": seen.filter(user=buyer).values(self.by)})
        crowded = beside.order_by().values(self.by).annotate(people=PEOPLE).order_by("-people")
        return Coalesce(Subquery(crowded.values("people")[:1], output_field=IntegerField()), Value(0))

    def judge(self, _basket: Basket, parameters: Parameters, accounts: int) -> Found:
        """More people than one family has."""
        if accounts <= parameters["accounts"]:
            return None
        return {"accounts": accounts, "days": parameters["days"]}

    def sweep(self, parameters: Parameters, now: dt.datetime) -> Iterable[Suspicion]:
        """Wherever more people than usual were seen, with how many; one more of them is news."""
        places = self._seen(days_ago(parameters, now)).order_by().values(self.by).annotate(people=PEOPLE)
        for place, accounts in places.filter(people__gt=parameters["accounts"]).values_list(self.by, "people"):
            yield suspicion(self.kind, place, accounts, parameters)

    def _seen(self, since: Since) -> QuerySet[Sighting] | QuerySet[AddressSighting]:
        return self.model.objects.filter(last_seen__gt=since).exclude(**{self.by: ""})


def suspicion(kind: SubjectKind, place: str, accounts: int, parameters: Parameters) -> Suspicion:
    """So many accounts in one place, which is named by the head of its hash."""
    code = place[:SHOWN]
    figures = {"accounts": accounts, "days": parameters["days"]}
    return Suspicion(Subject(kind, code), about=f"{kind}:{code}:{accounts}", figures=figures)
