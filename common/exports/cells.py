"""What stands in a cell. A number stays a number; a text never becomes a formula, whoever wrote it."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

# What a spreadsheet computes, or takes for the beginning of something to compute; full-width signs count too.
STARTERS = frozenset("=+-@\t\r\n\0＝＋－＠")
QUOTES = frozenset("'\"`´‘’“”＇＂«»「」")
INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u2060")
# XML has no way to say these, and a spreadsheet nothing to show for them.
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST_TEXT = 32_767
# From here on a spreadsheet would round.
MOST_DIGITS = 10**15


@dataclass(frozen=True)
class Yuan:
    """An amount of fen that is written in yuan with two decimals."""

    fen: int

    @property
    def amount(self) -> Decimal:
        """−500 fen → Decimal("-5.00")"""
        return Decimal(self.fen).scaleb(-2)


def typed(value: Any) -> Any:
    """A value as one of the kinds that sheets can write: text, whole number, Yuan, Decimal, date, local time, nothing.

    Text comes back harmless.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int):
        return value if abs(value) < MOST_DIGITS else str(value)
    if isinstance(value, Yuan | Decimal | dt.date):
        return value
    return harmless(str(value))


def harmless(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet might compute it, without what no sheet can hold."""
    said = UNSAYABLE.sub("", text)[: LONGEST_TEXT - 1]
    return f"'{said}" if _starts_something(text) else said


def _starts_something(text: str) -> bool:
    """Whether the first character that counts is a starter; blanks, quotes and what nobody sees do not count."""
    if text[:1].isalnum():
        return False
    first = next((character for character in text if not _is_skipped(character)), "")
    return first in STARTERS if first else False


def _is_skipped(character: str) -> bool:
    return character in QUOTES or character in INVISIBLE or unicodedata.category(character) == "Zs"
