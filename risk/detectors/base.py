"""What a detector is made of. Each module beside this one holds one method and registers it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from common.registry import Registry
from community.contributions import BenefitRequest
from orders.quotes import Basket
from risk.states import Action, Severity, SubjectKind

Parameters = Mapping[str, int]
# What was found, as numbers and public codes; nothing found is None.
Figures = dict[str, Any]
Found = Figures | None
# The buyer and an instant, as expressions: how far back to look is for the query to find out.
Buyer = Combinable
Since = dt.datetime | Combinable


@dataclass(frozen=True)
class Parameter:
    """One number that operators may set, within bounds that keep it sensible."""

    name: str
    label: Promise
    default: int
    most: int
    least: int = 1


@dataclass(frozen=True)
class Subject:
    """What a case would be about."""

    kind: SubjectKind
    code: str
    person_id: int | None = None


@dataclass(frozen=True)
class Suspicion:
    """What a nightly look found. `about` names the facts, so that the same ones are one piece of evidence for ever."""

    subject: Subject
    about: str
    figures: Figures


@dataclass(frozen=True)
class Placing:
    """A look at an order before it is placed: one number about its buyer, then a pure judgement.

    The facts of all detectors are columns of one query that is written once. So how far back to look is an expression:
    `unit` is the parameter that says it, "minutes", "hours" or "days".
    """

    unit: str
    fact: Callable[[Buyer, Since], Combinable]
    judge: Callable[[Basket, Parameters, int], Found]


Benefit = Callable[[BenefitRequest, Parameters], Found]
Sweep = Callable[[Parameters, dt.datetime], Iterable[Suspicion]]


@dataclass(frozen=True)
class Method:
    """A way to find trouble, the moments at which it looks, and what it does until an operator decides otherwise."""

    key: str
    title: Promise
    looks_for: Promise
    parameters: tuple[Parameter, ...]
    action: Action = Action.FLAG
    severity: Severity = Severity.MEDIUM
    placing: Placing | None = None
    benefit: Benefit | None = None
    sweep: Sweep | None = None

    @property
    def defaults(self) -> dict[str, int]:
        """What each parameter is until somebody sets it."""
        return {parameter.name: parameter.default for parameter in self.parameters}


methods: Registry[Method] = Registry("detector")


def add(method: Method) -> Method:
    """Register a method by its key."""
    return methods.register(method.key, method)


def days_ago(parameters: Parameters, now: dt.datetime) -> dt.datetime:
    """Since when a method that has `days` looks."""
    return now - dt.timedelta(days=parameters["days"])


def counted(rows: QuerySet[Any]) -> Combinable:
    """How many rows there are, as a column of another query."""
    all_in_one = rows.order_by().annotate(one=Value(1)).values("one")
    number = all_in_one.annotate(number=Count("pk", distinct=True)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))
