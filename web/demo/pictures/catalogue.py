"""Which pictures each product of the demo has: two arrangements each, the first one is its face."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from web.demo.pictures.counter import COUNTER
from web.demo.pictures.cutouts import draw_cutouts
from web.demo.pictures.fruit import FRUIT
from web.demo.pictures.garden import GARDEN
from web.demo.pictures.pantry import PANTRY
from web.demo.pictures.stage import PIXELS, Stage, Things
from web.demo.pictures.ways import Shot

SHOTS: dict[str, tuple[Shot, Shot]] = FRUIT | GARDEN | COUNTER | PANTRY


class Studio:
    """Takes pictures in a process of its own, from the moment it is opened. Use it as a context."""

    def __init__(self, names: Sequence[str], *, each: int = 2, pixels: int = PIXELS) -> None:
        # A fresh process: a forked one would share the database connections of this one.
        self._crew = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
        self._cut_out = self._crew.submit(_cut_out, names)
        self._pictures = {name: self._crew.submit(_take, name, each, pixels) for name in names}

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *problem: object) -> None:
        self._crew.shutdown(cancel_futures=True)

    def pictures(self, name: str) -> list[bytes]:
        """The pictures of that name once they are there: square JPEGs, the same bytes every time."""
        return self._pictures[name].result()


_things = Things({})


def _cut_out(names: Sequence[str]) -> None:
    """The first task of the studio's process: everything that will be on its pictures."""
    _things.cutouts.update(draw_cutouts(need for name in names for shot in SHOTS[name] for need in shot.needs))


def _take(name: str, each: int, pixels: int) -> list[bytes]:
    return [_shoot(shot, seed=f"{name} {place}", pixels=pixels) for place, shot in enumerate(SHOTS[name][:each])]


def _shoot(shot: Shot, *, seed: str, pixels: int = PIXELS) -> bytes:
    stage = Stage(_things, backdrop=shot.backdrop, seed=seed, horizon=shot.horizon, pixels=pixels)
    shot.arrange(stage)
    return stage.finished()
