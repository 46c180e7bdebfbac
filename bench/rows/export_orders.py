"""Writing a hundred thousand orders into a file for Excel, beside the bare loop of the library over the same cells."""

import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils import timezone, translation

from bench.cloning import clone_orders
from bench.row import Row
from bench.seeding import BIG, ORDERS, the_shop
from common.exports.cells import Yuan, typed
from common.exports.jobs import request_export
from common.exports.reports import Asked, chunks, report_of
from common.exports.sheets import NOTHING_BY_ITSELF
from common.exports.writing import write_next
from common.models import ExportJob
from orders.models import Order

ROWS = 100_000
FIRST_ID = 7_000_000
REPORT, QUERY, LANGUAGE = "shop.orders", "state=all", "zh-hans"


@dataclass(frozen=True)
class Cells:
    """What stands in the file: the titles and the rows, as the library takes them."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]


def prepare() -> Cells:
    first = Order.objects.filter(source_code=BIG).order_by("pk")[0]
    clone_orders(first, ROWS - ORDERS, first_id=FIRST_ID)
    asked, report = Asked.by(_job()), report_of(REPORT)
    with translation.override(LANGUAGE):
        found = chunks(report.find(asked))
        rows = [[_bare(cell) for cell in report.cells(row)] for chunk in found for row in report.rows(chunk)]
        return Cells(report.titles, rows)


def ours(cells: Cells) -> float:
    """What the worker does for somebody who asked for the list."""
    job = _job()
    asked = {name: getattr(job, name) for name in ("report", "scope", "query", "format", "language")}
    made = request_export(**asked, actor_id=job.requested_by_id, now=timezone.now())
    began = time.perf_counter()
    write_next(now=timezone.now())
    seconds = time.perf_counter() - began
    made.refresh_from_db()
    if (made.status, made.rows_done) != (ExportJob.Status.DONE, len(cells.rows)):
        raise AssertionError(f"the export is {made.status} after {made.rows_done} rows: {made.error}")
    made.file.delete(save=False)
    return len(cells.rows) / seconds


def reference(cells: Cells) -> float:
    began = time.perf_counter()
    options = {"constant_memory": True} | NOTHING_BY_ITSELF
    with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, options) as workbook:
        worksheet = workbook.add_worksheet()
        instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate([cells.titles, *cells.rows]):
            for column, value in enumerate(row):
                worksheet.write(number, column, value, instant if isinstance(value, dt.datetime) else None)
    return len(cells.rows) / (time.perf_counter() - began)


def _job() -> ExportJob:
    shop = the_shop()
    return ExportJob(
        report=REPORT,
        scope=shop.merchant.code,
        query=QUERY,
        format=ExportJob.Format.XLSX,
        language=LANGUAGE,
        requested_by=shop.owner,
        requested_at=timezone.now(),
    )


def _bare(cell: Any) -> Any:
    value = typed(cell)
    return value.amount if isinstance(value, Yuan) else value


ROW = Row(
    name="export-orders",
    unit="rows/s",
    bar=0.3,
    prepare=prepare,
    ours=ours,
    reference=reference,
)
