"""What gateways write, taken only when it is exactly what was agreed on. Everything here raises ValueError."""

import datetime as dt
import re
from typing import Any

BEIJING = dt.timezone(dt.timedelta(hours=8))
LONGEST_TEXT = 64
YUAN = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?", re.ASCII)
# Yesterday's bill is there by this hour; without one by then, nothing moved.
BILLS_AT = dt.time(10, tzinfo=BEIJING)


def whole_fen(value: Any) -> int:
    """An amount in fen, and nothing that merely looks like one."""
    if type(value) is not int or value < 0:
        raise ValueError("not an amount in fen")
    return value


def fen_of_yuan(value: Any) -> int:
    """Fen of an amount in yuan written as text, e.g. "29.90" → 2990. No float comes near it."""
    found = YUAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not an amount in yuan")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def yuan_of_fen(amount_fen: int) -> str:
    """An amount as gateways read it, e.g. 2990 → "29.90"."""
    yuan, fen = divmod(amount_fen, 100)
    return f"{yuan}.{fen:02d}"


def short_text(value: Any, *, longest: int = LONGEST_TEXT) -> str:
    """A number or name that fits its column."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or "\0" in value:
        raise ValueError("not a short text")
    return value


def instant(value: Any) -> dt.datetime:
    """An instant with its time zone, e.g. "2026-11-20T12:01:00+08:00"."""
    if not isinstance(value, str):
        raise ValueError("not an instant")
    read = dt.datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return read


def beijing_instant(value: Any) -> dt.datetime:
    """An instant written as a clock in Beijing shows it, e.g. "2026-11-20 12:01:00"."""
    if not isinstance(value, str):
        raise ValueError("not an instant")
    return dt.datetime.strptime(value.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def beijing_text(at: dt.datetime) -> str:
    """The same the other way round."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def bill_due_at(day: dt.date) -> dt.datetime:
    """From when on a day's bill can be had."""
    return dt.datetime.combine(day + dt.timedelta(days=1), BILLS_AT)
