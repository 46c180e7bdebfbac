"""J2: what somebody typed is a text in every export, what is a number stays one, and memory does not grow with rows."""

import datetime as dt
import io
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest

from common.exports.cells import Yuan, harmless
from common.exports.sheets import sheet
from common.models import ExportJob
from tests.fixtures.sheets import read_csv, read_xlsx

CSV, XLSX = ExportJob.Format.CSV, ExportJob.Format.XLSX
NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)

DANGEROUS = (
    "=1+1",
    "+8613800000001",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u3000=1",
    "\xa0@x",
    "\ufeff=1",
    "\u200b=1",
    "'=1",
    '"=1"',
    "“=1”",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " '＝1",
)
WITH_A_NUL = ("\0=1", "\0hello", "'\0=1")
PEACEFUL = ("红富士苹果 5 斤", "a=b", "3-4 天到", "—", "−5", "(=1)", "", "¥29.90", "1.5", "，=1", "O'Neil", "_x0041_")


def written(format: ExportJob.Format, *rows: list[Any]) -> bytes:
    file = io.BytesIO()
    with sheet(file, format, ["列"] * max(map(len, rows))) as opened:
        for row in rows:
            opened.write(row)
    return file.getvalue()


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_like_a_formula_is_a_text_after_an_apostrophe(text: str) -> None:
    assert read_csv(written(CSV, [text]))[1] == [f"'{text}"]
    assert read_xlsx(written(XLSX, [text]))[1] == [("inlineStr", f"'{text}")]


@pytest.mark.parametrize("text", WITH_A_NUL)
def test_what_hides_behind_a_nul_is_found_and_the_nul_is_gone(text: str) -> None:
    said = "'" + text.replace("\0", "")
    assert read_csv(written(CSV, [text]))[1] == [said]
    assert read_xlsx(written(XLSX, [text]))[1] == [("inlineStr", said)]


@pytest.mark.parametrize("text", PEACEFUL)
def test_everything_else_stays_to_the_letter(text: str) -> None:
    assert harmless(text) == text
    assert read_csv(written(CSV, [text]))[1] == [text]


def test_a_title_is_no_formula_either() -> None:
    for format, read in ((CSV, read_csv), (XLSX, read_xlsx)):
        file = io.BytesIO()
        with sheet(file, format, ["=1"]):
            pass
        assert read(file.getvalue()) == [["'=1"] if format == CSV else [("inlineStr", "'=1")]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Yuan(-500), "-5.00"),
        (Yuan(2990), "29.90"),
        (Yuan(0), "0.00"),
        (Yuan(1), "0.01"),
        (Yuan(123_456_789_012), "1234567890.12"),
        (-3, "-3"),
        (Decimal("0.125"), "0.125"),
    ],
)
def test_numbers_stay_numbers(value: Any, said: str) -> None:
    """Money is yuan with two decimals; −5.00 is less than nothing and no formula."""
    content = written(CSV, [value])
    assert read_csv(content)[1] == [said]
    assert f"\r\n{said}\r\n".encode() in content, "without quotation marks"
    assert read_xlsx(written(XLSX, [value]))[1] == [("n", said)]


def test_a_number_too_long_for_a_spreadsheet_is_a_text() -> None:
    assert read_xlsx(written(XLSX, [10**17 + 1]))[1] == [("inlineStr", "100000000000000001")]


def test_instants_are_those_of_the_house_and_yes_is_a_word() -> None:
    row = [NOON, NOON.date(), True, False, None]
    assert read_csv(written(CSV, row))[1] == ["2026-11-20 12:00:00", "2026-11-20", "是", "否", ""]
    instant, day, *words = read_xlsx(written(XLSX, row))[1]
    assert instant[0] == day[0] == "n"
    assert (float(instant[1]), float(day[1])) == (46346.5, 46346)
    assert [said for _kind, said in words] == ["是", "否", ""]


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    text = 'a,b;"c"\n=1'
    assert read_csv(written(CSV, [text, "d"]))[1] == [text, "d"]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    assert len(read_xlsx(written(XLSX, ["字" * 40_000]))[1][0][1]) == 32_766


@pytest.mark.parametrize("format", list(ExportJob.Format))
def test_memory_does_not_grow_with_the_rows(format: ExportJob.Format) -> None:
    few, many = _peak(format, 500), _peak(format, 10_000)
    assert many < few + 300_000, "twenty times the rows, and nothing of them stays"


def _peak(format: ExportJob.Format, rows: int) -> int:
    with open("/dev/null", "wb") if format == CSV else io.BytesIO() as file:
        tracemalloc.start()
        with sheet(file, format, ["列"] * 4) as opened:
            for number in range(rows):
                opened.write([f"第 {number} 行", number, Yuan(number), "苹果"])
            _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak
