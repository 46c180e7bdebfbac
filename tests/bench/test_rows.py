"""How figures are made of rounds, and which rows belong to a run."""

import json
from pathlib import Path

import pytest

from bench import table
from bench.row import Figures, Row
from bench.rows import every_row, wanted
from groupbuy.local.problems import Problem


def row(name: str, *, bar: float = 0.5, large: bool = False) -> Row:
    return Row(
        name=name,
        unit="joins/s",
        bar=bar,
        large=large,
        prepare=lambda: None,
        ours=lambda context: 1.0,
        reference=lambda context: 1.0,
    )


def test_the_ratio_is_the_median_of_the_rounds_and_not_that_of_the_medians() -> None:
    figures = Figures.of(row("join"), [(60, 100), (300, 400), (90, 200)])
    assert (figures.ours, figures.reference) == (90, 200)
    assert (figures.ratio, figures.lowest, figures.highest) == (0.6, 0.45, 0.75)


def test_a_bar_is_met_from_its_own_height_on() -> None:
    assert Figures.of(row("join", bar=0.5), [(1, 2)]).is_met
    assert not Figures.of(row("join", bar=0.51), [(1, 2)]).is_met


def test_a_run_takes_the_rows_of_its_size_and_one_by_name_whatever_its_size() -> None:
    small, large = row("hall"), row("growth-hall", large=True)
    assert wanted([small, large], only="", large=False) == [small]
    assert wanted([small, large], only="", large=True) == [large]
    assert wanted([small, large], only="growth-hall", large=False) == [large]
    with pytest.raises(Problem, match="hall, growth-hall"):
        wanted([small, large], only="halle", large=False)


def test_every_row_has_a_name_of_its_own_and_a_bar() -> None:
    rows = every_row()
    assert len({each.name for each in rows}) == len(rows) > 0
    assert all(each.bar > 0 for each in rows)


def test_the_table_is_written_for_programs_as_well(tmp_path: Path) -> None:
    table.write(tmp_path / "bench.json", [Figures.of(row("join"), [(60, 100)])])
    (written,) = json.loads((tmp_path / "bench.json").read_text())["rows"]
    assert {key: written[key] for key in ("name", "ours", "reference", "ratio", "unit")} == {
        "name": "join",
        "ours": 60,
        "reference": 100,
        "ratio": 0.6,
        "unit": "joins/s",
    }
