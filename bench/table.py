"""What is printed and written of the figures."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.row import Figures

LINE = "{:<18} {:>10} {:>10} {:>6}  {:<13} {:>5}  {:<7} {}"
HEAD = LINE.format("row", "ours", "reference", "ratio", "min–max", "bar", "", "unit (medians of 3 rounds)")


def line(figures: Figures) -> str:
    """One row of the table."""
    row = figures.row
    spread = f"({figures.lowest:.2f}–{figures.highest:.2f})"
    met = "met" if figures.is_met else "not met"
    rates = f"{figures.ours:,.0f}", f"{figures.reference:,.0f}", f"{figures.ratio:.2f}"
    return LINE.format(row.name, *rates, spread, f"{row.bar:g}", met, row.unit)


def failure(name: str) -> str:
    """The line of a row that could not be measured."""
    return f"{name:<18} failed; the reason stands above"


def write(path: Path, table: Sequence[Figures]) -> None:
    """The same for programs: {"rows": [{"name", "ours", "reference", "ratio", "unit", …}]}."""
    rows = [
        {
            "name": figures.row.name,
            "ours": figures.ours,
            "reference": figures.reference,
            "ratio": figures.ratio,
            "unit": figures.row.unit,
            "lowest": figures.lowest,
            "highest": figures.highest,
            "bar": figures.row.bar,
            "met": figures.is_met,
        }
        for figures in table
    ]
    path.write_text(json.dumps({"rows": rows}, indent=2) + "\n", encoding="utf-8")
