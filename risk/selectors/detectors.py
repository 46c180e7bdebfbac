"""How the detectors are set, and how often they were right."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import (
    Count,
    DateTimeField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from common.definitions import at_hand
from common.prepared import Slot
from orders.facts import Columns
from risk.detectors import methods
from risk.detectors.base import Method
from risk.models import Detector, RiskCase
from risk.states import UNDECIDED, Action, CaseStatus

WHOLE_BP = 10_000


@dataclass(frozen=True)
class Setting:
    """A method with what operators made of it; parameters they never touched have their defaults."""

    method: Method
    is_on: bool
    action: Action
    parameters: Mapping[str, int]

    @property
    def speaks(self) -> bool:
        """Whether anybody hears of it when something is about to happen."""
        return self.is_on and self.action != Action.ALLOW


def settings_now() -> dict[str, Setting]:
    """Every method by its key, as it is set now. One query."""
    return _settings(Detector.objects.all())


settings_at_hand = at_hand(settings_now)


def numbers_of(buyer: Combinable) -> Columns:
    """The number about a buyer that each detector wants to know before an order is placed."""
    placing = [(method.key, method.placing) for method in methods if method.placing]
    return {key: look.fact(buyer, Slot(_since(key), DateTimeField())) for key, look in placing}


def sinces(now: dt.datetime) -> dict[str, dt.datetime]:
    """How far back each of them looks, by its slot."""
    return {
        _since(setting.method.key): now - dt.timedelta(**{look.unit: setting.parameters[look.unit]})
        for setting in settings_at_hand().values()
        if (look := setting.method.placing)
    }


def _since(key: str) -> str:
    return f"{key}_since"


def _settings(rows: Iterable[Detector]) -> dict[str, Setting]:
    found = {row.key: row for row in rows}
    return {method.key: _setting(method, found.get(method.key)) for method in methods}


def setting_of(key: str) -> Setting:
    """One method as it is set now."""
    return _setting(methods[key], Detector.objects.filter(key=key).first())


def _setting(method: Method, row: Detector | None) -> Setting:
    if row is None:
        return Setting(method, True, method.action, method.defaults)
    known = {name: value for name, value in row.parameters.items() if name in method.defaults}
    return Setting(method, row.is_on, Action(row.action), method.defaults | known)


@dataclass(frozen=True)
class Record:
    """What became of the cases of one detector."""

    detector: str
    undecided: int = 0
    confirmed: int = 0
    dismissed: int = 0

    @property
    def decided(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def precision_bp(self) -> int | None:
        """Confirmed of decided, in basis points; None while nobody has decided anything."""
        return self.confirmed * WHOLE_BP // self.decided if self.decided else None


def records() -> dict[str, Record]:
    """What became of all cases, by detector, those of checks of other apps too. One query."""
    counts = (
        RiskCase.objects.order_by()
        .values("detector")
        .annotate(
            undecided=Count("pk", filter=Q(status__in=UNDECIDED)),
            confirmed=Count("pk", filter=Q(status=CaseStatus.CONFIRMED)),
            dismissed=Count("pk", filter=Q(status=CaseStatus.DISMISSED)),
        )
    )
    found = {row["detector"]: Record(**row) for row in counts}
    return {method.key: Record(method.key) for method in methods} | found


def with_records(detectors: QuerySet[Detector]) -> QuerySet[Detector]:
    """Detectors with `undecided`, `confirmed` and `dismissed`: how many of their cases stand there."""
    return detectors.annotate(
        undecided=_cases(status__in=UNDECIDED),
        confirmed=_cases(status=CaseStatus.CONFIRMED),
        dismissed=_cases(status=CaseStatus.DISMISSED),
    )


def _cases(**which: object) -> Coalesce:
    cases = RiskCase.objects.filter(detector=OuterRef("key"), **which).order_by().values("detector")
    number = Subquery(cases.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return Coalesce(number, Value(0))
