"""How a list of the back office becomes a report: it starts from the merchant whose staff asks for it."""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from accounts.models import Merchant
from common.exports.reports import Asked, Column, Found, Report, report_of, reports
from web.backoffice.access import Right

PREFIX = "shop."
Find = Callable[[Merchant, QueryDict], Found]


def contribute(
    name: str,
    title: str | Promise,
    right: Right,
    *,
    find: Find,
    columns: Sequence[tuple[str | Promise, Callable[[Any], Any]]],
    rows: Callable[[list[Any]], Iterable[Any]] = iter,
) -> None:
    """Register the report of a list. `find` gets the merchant and what narrows the list, as in its address."""

    def found(asked: Asked) -> Found:
        return find(Merchant.objects.get(code=asked.scope), asked.query)

    reports.register(PREFIX + name, Report(title, right, [Column(*column) for column in columns], found, rows))


def report_named(name: str) -> Report:
    """The report of a list of the back office. Raises NoSuchReport, also for what other faces have."""
    return report_of(PREFIX + name)


def reports_for(rights: Container[str]) -> list[tuple[str, Report]]:
    """What somebody with these rights can export, by name."""
    mine = [(name, report) for name, report in reports.items() if name.startswith(PREFIX) and report.right in rights]
    return [(name.removeprefix(PREFIX), report) for name, report in mine]
