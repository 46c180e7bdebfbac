"""A table in a file: CSV in UTF-8 or GB 18030 with the names of its columns in the first line."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from catalog.sheets.rows import Sheets

MOST_ROWS = 20_000
# No text of the database holds it.
UNWRITABLE = "\0"


def read_cells(
    sheets: Sheets, sheet: str, content: bytes, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row that is not empty."""
    if not content.strip():
        return
    table = csv.DictReader(io.StringIO(_decoded(content), newline=""), restval="")
    missing = [column for column in columns if column not in (table.fieldnames or ())]
    if missing:
        sheets.refuse(sheet, 1, _("缺少列：%(columns)s") % {"columns": _("、").join(missing)})
        return
    try:
        for count, cells in enumerate(table, start=1):
            if count > MOST_ROWS:
                sheets.refuse(sheet, table.line_num, _("最多 %(most)s 行，请分几次导入") % {"most": MOST_ROWS})
                return
            if None in cells:
                sheets.refuse(sheet, table.line_num, _("这一行的列比表头多，逗号要用引号括起来"))
            elif UNWRITABLE in "".join(cells.values()):
                sheets.refuse(sheet, table.line_num, _("这一行里有看不见的空字符，请删掉"))
            elif any(cells.values()):
                yield table.line_num, {name: text.strip() for name, text in cells.items()}
    except csv.Error as error:
        sheets.refuse(sheet, table.line_num, error)


def _decoded(content: bytes) -> str:
    """Text of a sheet: UTF-8, with or without a mark, or what a Chinese Excel writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
