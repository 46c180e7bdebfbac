"""Invented values for whatever a text speaks of, so that it can be shown before anything has happened."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

FEN = 2990
COUNT = 3
AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
WORDS = {
    "merchant": "果园直发",
    "title": "阳光玫瑰葡萄 2 斤",
    "product": "阳光玫瑰葡萄",
    "name": "阳光玫瑰葡萄",
    "product_name": "阳光玫瑰葡萄",
    "specification": "2 斤装",
    "point": "东门便民超市",
    "hours": "每天 16:00–20:00",
    "number": "G261122000001",
    "code": "012345",
    "reason": "包装破了",
    "note": "信息不全",
}
INSTANTS = ("_at", "_by", "_until", "deadline")
COUNTS = ("count", "threshold", "quantity", "left", "minutes", "stars", "points", "days", "pieces")
OTHER_WORDS = "示例"


def sample(names: Iterable[str]) -> dict[str, Any]:
    """A context in which each of the dotted names has a value of its kind; `lines[].quantity` is in a list of one."""
    context: dict[str, Any] = {}
    for name in sorted(names, key=len):
        _put(context, name.split("."))
    return context


def _put(level: dict[str, Any], path: list[str]) -> None:
    first, *rest = path
    name = first.removesuffix("[]")
    if first.endswith("[]"):
        listed = level.get(name)
        level[name] = listed if isinstance(listed, list) else [{}]
        if rest:
            _put(level[name][0], rest)
    elif rest:
        inner = level.get(name)
        level[name] = inner if isinstance(inner, dict) else _Thing(name)
        _put(level[name], rest)
    else:
        level.setdefault(name, _value(name))


class _Thing(dict[str, Any]):
    """Something with fields that a text may also call by its own name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __str__(self) -> str:
        return WORDS.get(self._name, OTHER_WORDS)


def _value(name: str) -> Any:
    if name.endswith("_fen"):
        return FEN
    if name.endswith(INSTANTS):
        return AT
    if name in WORDS:
        return WORDS[name]
    return COUNT if name.endswith((*COUNTS, "_hours")) else OTHER_WORDS
