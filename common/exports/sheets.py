"""Rows into a file, one after the other: the memory it takes does not grow with them."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Protocol

import xlsxwriter

from common.exports.cells import Yuan, typed
from common.models import ExportJob

NOTHING_BY_ITSELF = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
COLUMN_WIDTH = 18


class Sheet(Protocol):
    """Where rows go."""

    def write(self, row: Sequence[Any]) -> None:
        """Add one row."""


@contextmanager
def sheet(file: IO[bytes], format: str, titles: Sequence[str]) -> Iterator[Sheet]:
    """A sheet with these titles; the file is whole when the block ends."""
    make = {ExportJob.Format.CSV: _csv, ExportJob.Format.XLSX: _xlsx}[ExportJob.Format(format)]
    with make(file, titles) as opened:
        yield opened


class CsvSheet:
    """Texts in quotation marks, numbers without; Excel knows by the mark at the beginning that it is UTF-8."""

    def __init__(self, text: IO[str]) -> None:
        self._csv = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)

    def write(self, row: Sequence[Any]) -> None:
        self._csv.writerow([_said(typed(value)) for value in row])


def _said(value: Any) -> Any:
    if isinstance(value, Yuan):
        return value.amount
    return value.isoformat(" ") if isinstance(value, dt.datetime) else value


@contextmanager
def _csv(file: IO[bytes], titles: Sequence[str]) -> Iterator[Sheet]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        made = CsvSheet(text)
        made.write(titles)
        yield made
    finally:
        text.detach()


class XlsxSheet:
    """One worksheet. Every row goes to disk when the next one begins."""

    def __init__(self, workbook: Any) -> None:
        self._worksheet = workbook.add_worksheet()
        self._formats = {
            Yuan: workbook.add_format({"num_format": "0.00"}),
            dt.datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        self._next = 0

    def head(self, titles: Sequence[str], bold: Any) -> None:
        """The first row, which stays in sight."""
        self._worksheet.set_column(0, max(len(titles) - 1, 0), COLUMN_WIDTH)
        self._worksheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            self._worksheet.write_string(0, column, typed(title), bold)
        self._next = 1

    def write(self, row: Sequence[Any]) -> None:
        for column, value in enumerate(map(typed, row)):
            self._put(column, value)
        self._next += 1

    def _put(self, column: int, value: Any) -> None:
        form = self._formats.get(type(value))
        if isinstance(value, str):
            self._worksheet.write_string(self._next, column, value)
        elif isinstance(value, dt.date):
            self._worksheet.write_datetime(self._next, column, value, form)
        else:
            self._worksheet.write_number(self._next, column, value.amount if isinstance(value, Yuan) else value, form)


@contextmanager
def _xlsx(file: IO[bytes], titles: Sequence[str]) -> Iterator[Sheet]:
    with xlsxwriter.Workbook(file, {"constant_memory": True} | NOTHING_BY_ITSELF) as workbook:
        made = XlsxSheet(workbook)
        made.head(titles, workbook.add_format({"bold": True}))
        yield made
