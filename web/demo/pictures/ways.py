"""Shots: an arrangement on a backdrop, and the ways most of them are made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from web.demo.pictures import scenes
from web.demo.pictures.stage import Stage

# Where the wall meets the table in pictures taken from the front.
HORIZON = 770


@dataclass(frozen=True)
class Shot:
    """One picture to take: an arrangement on a backdrop, and every cut-out it needs."""

    backdrop: str
    arrange: Callable[[Stage], None]
    needs: tuple[str, ...]
    horizon: int | None = None


def above(backdrop: str, scene: Callable[..., None], *needs: str, **details: object) -> Shot:
    """A picture taken from above."""
    return Shot(backdrop, partial(scene, **details), needs)


def front(backdrop: str, scene: Callable[..., None], *needs: str, **details: object) -> Shot:
    """A picture taken from the front."""
    return Shot(backdrop, partial(scene, **details), needs, HORIZON)


def crate(backdrop: str, fruit: str, **details: object) -> Shot:
    """Fruit heaped in a crate."""
    return front(backdrop, scenes.boxed, fruit, "crate-front", "crate-back", goods=[fruit], **details)


def basket(backdrop: str, fruit: str, **details: object) -> Shot:
    """Fruit heaped in a woven basket."""
    return front(backdrop, scenes.boxed, fruit, "basket", goods=[fruit], front="basket", **details)


def dish(backdrop: str, fruit: str, on: str, *garnish: str, **details: object) -> Shot:
    """Fruit heaped on a dish, from above."""
    return above(
        backdrop, scenes.cluster, fruit, on, "cloth", *garnish, goods=[fruit], on=on, garnish=garnish, **details
    )


def strewn(backdrop: str, fruit: str, *garnish: str, **details: object) -> Shot:
    """Fruit strewn over paper, from above."""
    return above(backdrop, scenes.scatter, fruit, *garnish, goods=[fruit], garnish=garnish, **details)


def tray(backdrop: str, goods: str, on: str, *, columns: int, rows: int, pitch: float, **details: object) -> Shot:
    """Goods in rows on a tray or board, from above."""
    origin = (-pitch * (columns - 1) / 2, -pitch * (rows - 1) / 2)
    ranks = {"columns": columns, "rows": rows, "pitch": pitch, "origin": origin}
    return above(backdrop, scenes.grid, goods, on, goods=[goods], on=on, **ranks, **details)
