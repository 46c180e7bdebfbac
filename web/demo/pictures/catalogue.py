"""Which pictures each product of the demo has: two arrangements each, the first one is its face."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from web.demo.pictures import scenes
from web.demo.pictures.cutouts import draw_cutouts
from web.demo.pictures.stage import Stage, Things

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


LEAF = "\N{HERB}"

SHOTS: dict[str, tuple[Shot, Shot]] = {
    "orange": (
        crate("citrus", "🍊", beside=["🍊", "🍊"]),
        dish("leaf", "🍊", "bowl", size=320, count=9, reach=270, lean=60),
    ),
    "strawberry": (
        basket("berry", "🍓", size=230, beside=["🍓", "🍓"]),
        dish("paper", "🍓", "bowl", size=240, count=22, reach=330),
    ),
    "apple": (crate("leaf", "🍎", size=290, lean=16, beside=["🍎"]), strewn("clay", "🍎", LEAF, size=330, lean=50)),
    "pear": (
        dish("leaf", "🍐", "plate", size=400, count=7, reach=240, lean=90),
        crate("citrus", "🍐", size=300, lean=14, beside=["🍐", "🍐"]),
    ),
    "grape": (
        dish("plum", "🍇", "plate", size=460, count=5, reach=190, lean=50),
        basket("plum", "🍇", size=330, lean=14),
    ),
    "mango": (
        above(
            "citrus",
            scenes.grid,
            "🥭",
            "board",
            goods=["🥭"],
            on="board",
            columns=3,
            rows=2,
            pitch=320,
            size=340,
            origin=(-330, -160),
            dish=1110,
            turn=6,
            lean=10,
        ),
        basket("leaf", "🥭", size=300, beside=["🥭"]),
    ),
    "blueberry": (dish("sea", "🫐", "bowl", size=250, count=20, reach=330), strewn("plum", "🫐", LEAF, size=300)),
    "cherry": (
        dish("berry", "🍒", "plate", size=270, count=16, reach=300, lean=120),
        strewn("paper", "🍒", size=300, lean=150),
    ),
    "kiwi": (strewn("leaf", "🥝", size=330, lean=90), crate("leaf", "🥝", size=270, beside=["🥝", "🥝"])),
    "tomato": (
        basket("leaf", "🍅", size=270, beside=["🍅", "🍅"]),
        dish("clay", "🍅", "board", LEAF, size=270, count=8, reach=260, dish=1120, lean=60),
    ),
    "egg": (
        above(
            "grain",
            scenes.grid,
            "🥚",
            "tray",
            goods=["🥚"],
            on="tray",
            columns=6,
            rows=5,
            pitch=169,
            size=165,
            origin=(-423, -338),
            dish=1060,
            turn=8,
        ),
        basket("leaf", "🥚", size=230, lean=40, beside=["🥚", "🥚"]),
    ),
    "tulip": (
        front("paper", scenes.bouquet, "🌷", "🌹", LEAF, "wrap", flowers=["🌷", "🌷", "🌷", "🌹"]),
        strewn("berry", "🌷", size=420, lean=40, apart=0.66),
    ),
    "chestnut": (dish("grain", "🌰", "bowl", size=230, count=22, reach=320), strewn("clay", "🌰", size=270)),
    "rice": (
        front(
            "grain",
            scenes.hero,
            "rice-sack",
            "🌾",
            name="rice-sack",
            size=900,
            foot=1050,
            around=[("🌾", 190, 1010, 400), ("🌾", 1010, 1010, 400)],
        ),
        front(
            "paper", scenes.hero, "🍚", "rice-sack", name="🍚", size=700, foot=960, behind=["rice-sack", "rice-sack"]
        ),
    ),
    "milk": (
        front(
            "sea",
            scenes.stack,
            "milk-bottle",
            name="milk-bottle",
            rows=[3],
            size=860,
            step=(330, 0),
            foot=1060,
            roundness=0.55,
        ),
        front(
            "leaf",
            scenes.hero,
            "milk-bottle",
            "🥛",
            name="milk-bottle",
            size=920,
            foot=1050,
            behind=["milk-bottle", "milk-bottle"],
            around=[("🥛", 900, 1080, 330)],
            roundness=0.55,
        ),
    ),
    "toast": (
        front("grain", scenes.hero, "🍞", name="🍞", size=740, foot=960, behind=["🍞", "🍞"]),
        above(
            "paper",
            scenes.grid,
            "🍞",
            "board",
            goods=["🍞"],
            on="board",
            columns=2,
            rows=1,
            pitch=430,
            size=440,
            origin=(-270, 0),
            dish=1120,
            turn=-6,
            lean=6,
        ),
    ),
    "tissue": (
        front(
            "leaf", scenes.stack, "tissue-pack", name="tissue-pack", rows=[3, 2, 1], size=400, step=(388, 204), foot=980
        ),
        front(
            "sea",
            scenes.hero,
            "tissue-pack",
            name="tissue-pack",
            size=800,
            foot=900,
            behind=["tissue-pack", "tissue-pack"],
        ),
    ),
    "fish": (
        above(
            "sea",
            scenes.grid,
            "🐟",
            "plate",
            goods=["🐟"],
            on="plate",
            columns=1,
            rows=3,
            pitch=225,
            size=520,
            origin=(0, -225),
            dish=1080,
            turn=6,
            lean=6,
        ),
        strewn("sea", "🐟", "🧊", size=400, lean=30),
    ),
    "honey": (
        front("citrus", scenes.hero, "🍯", name="🍯", size=760, foot=990, behind=["🍯", "🍯"]),
        front("grain", scenes.stack, "🍯", name="🍯", rows=[3], size=430, step=(370, 0), foot=900),
    ),
    "oil": (
        front(
            "citrus",
            scenes.hero,
            "oil-bottle",
            "🌻",
            name="oil-bottle",
            size=940,
            foot=1060,
            behind=["oil-bottle", "oil-bottle"],
            around=[("🌻", 880, 1090, 330)],
            roundness=0.7,
        ),
        front(
            "leaf",
            scenes.stack,
            "oil-bottle",
            name="oil-bottle",
            rows=[3],
            size=860,
            step=(320, 0),
            foot=1060,
            roundness=0.7,
        ),
    ),
}


class Studio:
    """Takes pictures in a process of its own, from the moment it is opened. Use it as a context."""

    def __init__(self, names: Sequence[str]) -> None:
        # A fresh process: a forked one would share the database connections of this one.
        self._crew = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
        self._cut_out = self._crew.submit(_cut_out, names)
        self._pictures = {name: self._crew.submit(_take, name) for name in names}

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *problem: object) -> None:
        self._crew.shutdown(cancel_futures=True)

    def pictures(self, name: str) -> list[bytes]:
        """The two pictures of that name once they are there: JPEG, 1200 pixels square, the same bytes every time."""
        return self._pictures[name].result()


_things = Things({})


def _cut_out(names: Sequence[str]) -> None:
    """The first task of the studio's process: everything that will be on its pictures."""
    _things.cutouts.update(draw_cutouts(need for name in names for shot in SHOTS[name] for need in shot.needs))


def _take(name: str) -> list[bytes]:
    return [_shoot(shot, seed=f"{name} {place}") for place, shot in enumerate(SHOTS[name])]


def _shoot(shot: Shot, *, seed: str) -> bytes:
    stage = Stage(_things, backdrop=shot.backdrop, seed=seed, horizon=shot.horizon)
    shot.arrange(stage)
    return stage.finished()
