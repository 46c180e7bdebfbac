"""How the detectors are set, and how often they were right."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from common.prepared import Rows
from orders.facts import BUYER, NOW, Columns
from risk.detectors import methods
from risk.detectors.base import Method
from risk.models import Detector, RiskCase
from risk.states import UNDECIDED, Action, CaseStatus

WHOLE_BP = 10_000
# Among the columns of a quote, beside the keys of the methods.
SETTINGS = "settings"


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


def columns() -> Columns:
    """How the detectors are set, and the number about a buyer that each wants to know before an order is placed.

    How far back each looks is read by the same query.
    """
    rows = Rows(Detector.objects.values("key", "is_on", "action", "parameters").order_by("key"))
    numbers = {method.key: method.placing.fact(BUYER, _since(method)) for method in methods if method.placing}
    return {SETTINGS: Cast(rows, TextField()), **numbers}


@lru_cache(maxsize=32)
def settings_of(written: str) -> Mapping[str, Setting]:
    """Every method as it is set, by what the column of settings says. Nearly always it says what it did before."""
    return _settings(Detector(**row) for row in json.loads(written))


def _since(method: Method) -> Combinable:
    """How far back a method looks, by its row or by default."""
    assert method.placing is not None
    unit = method.placing.unit
    number = Detector.objects.filter(key=method.key).values(number=Cast(KT(f"parameters__{unit}"), IntegerField()))
    units = Coalesce(Subquery(number, output_field=IntegerField()), Value(method.defaults[unit]))
    span = ExpressionWrapper(units * Value(dt.timedelta(**{unit: 1})), output_field=DurationField())
    return ExpressionWrapper(NOW - span, output_field=DateTimeField())


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
