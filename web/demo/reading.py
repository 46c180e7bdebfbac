"""The content of the demo: TOML beside the code, and its own way to write instants and amounts."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).with_name("content")
SPAN = re.compile(r"^([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$", re.ASCII)
HALF_HOUR = dt.timedelta(minutes=30)
# What is nearer than this stands to the minute; people plan the rest in half hours.
NEAR = dt.timedelta(hours=4)


def read(name: str) -> dict[str, Any]:
    """One file of the content."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def span(text: str) -> dt.timedelta:
    """ "-2d4h" → two days and four hours back."""
    match = SPAN.match(text)
    if match is None:
        raise ValueError(f"not a span of time: {text}")
    sign, days, hours, minutes = match.groups()
    length = dt.timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0))
    return -length if sign == "-" else length


def span_of(length: dt.timedelta) -> str:
    """The other way round, to the minute."""
    minutes = abs(length) // dt.timedelta(minutes=1)
    sign = "-" if length < dt.timedelta() else "+"
    return f"{sign}{minutes // 1440}d{minutes // 60 % 24}h{minutes % 60}m"


def instant(text: str, *, now: dt.datetime) -> dt.datetime:
    """The instant so far from now; what is not near falls on a half hour."""
    exact = now + span(text)
    if abs(span(text)) < NEAR:
        return exact
    return exact - (exact - dt.datetime.min.replace(tzinfo=exact.tzinfo)) % HALF_HOUR
