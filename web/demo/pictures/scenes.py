"""Ways to arrange goods, from above and from the front."""

import math
from collections.abc import Sequence

from web.demo.pictures.stage import SIDE, Stage

MIDDLE = SIDE / 2
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def scatter(
    stage: Stage,
    goods: Sequence[str],
    *,
    size: float,
    apart: float = 0.8,
    lean: float = 180,
    garnish: Sequence[str] = (),
) -> None:
    """From above: goods strewn over the whole picture, some cut off by its edge."""
    places = _places(stage, distance=size * apart)
    for index, (x, y) in enumerate(places):
        name = stage.chance.choice(garnish) if garnish and index % 6 == 3 else stage.chance.choice(goods)
        grown = size * stage.chance.uniform(0.9, 1.1) * (0.8 if name in garnish else 1)
        stage.lay(name, x, y, grown, turn=stage.chance.uniform(-lean, lean))


def cluster(
    stage: Stage,
    goods: Sequence[str],
    *,
    on: str,
    size: float,
    count: int,
    reach: float,
    dish: float = 1000,
    lean: float = 180,
    cloth: bool = True,
    garnish: Sequence[str] = (),
) -> None:
    """From above: a heap on a dish, on a cloth; the outer ones first, so that the middle lies on top."""
    if cloth:
        stage.lay("cloth", MIDDLE - 130, MIDDLE + 90, 1130, turn=12, roundness=0.15, height=0.25)
    stage.lay(on, MIDDLE, MIDDLE, dish, roundness=0.35, height=0.55)
    for index in reversed(range(count)):
        radius = reach * math.sqrt((index + 0.3) / count)
        angle = index * GOLDEN_ANGLE + 0.4
        x, y = MIDDLE + radius * math.cos(angle), MIDDLE + radius * math.sin(angle) * 0.97
        name = stage.chance.choice(garnish) if garnish and index % 5 == 2 else stage.chance.choice(goods)
        stage.lay(name, x, y, size * stage.chance.uniform(0.93, 1.07), turn=stage.chance.uniform(-lean, lean))


def grid(
    stage: Stage,
    goods: Sequence[str],
    *,
    on: str,
    columns: int,
    rows: int,
    pitch: float,
    size: float,
    origin: tuple[float, float],
    dish: float,
    turn: float = 0,
    lean: float = 12,
    missing: Sequence[int] = (),
) -> None:
    """From above: goods in rows on a tray or board, all turned a little together."""
    stage.lay(on, MIDDLE, MIDDLE, dish, turn=turn, roundness=0.3, height=0.4)
    slope = math.radians(-turn)
    for index in range(columns * rows):
        if index in missing:
            continue
        across = origin[0] + (index % columns) * pitch
        down = origin[1] + (index // columns) * pitch
        x = MIDDLE + across * math.cos(slope) - down * math.sin(slope)
        y = MIDDLE + across * math.sin(slope) + down * math.cos(slope)
        stage.lay(
            stage.chance.choice(goods),
            x,
            y,
            size * stage.chance.uniform(0.97, 1.03),
            turn=stage.chance.uniform(-lean, lean),
            height=0.7,
        )


def boxed(
    stage: Stage,
    goods: Sequence[str],
    *,
    front: str = "crate-front",
    size: float = 270,
    lean: float = 22,
    beside: Sequence[str] = (),
) -> None:
    """From the front: a crate or basket with goods heaped over its edge, and some before it."""
    foot, width = 1010, 960
    edge = foot - width * (0.42 if front == "crate-front" else 0.45)
    if front == "crate-front":
        stage.stand("crate-back", MIDDLE, foot - 8, width * 0.97, roundness=0.3, ground=False)
    reach = width * 0.45 - size * (0.36 if front == "crate-front" else 0.46)
    for row in range(4):
        count = round(2 * reach * (0.62 + 0.13 * row) / (size * 0.62)) + 1
        for place in range(count):
            x = (place / (count - 1) - 0.5) * 2 * reach * (0.7 + 0.1 * row) + stage.chance.uniform(-8, 8)
            y = edge - size * (0.75 - 0.25 * row) + abs(x) * 0.13 * (3 - row) / 2 + stage.chance.uniform(-8, 8)
            grown = size * stage.chance.uniform(0.94, 1.06)
            stage.lay(stage.chance.choice(goods), MIDDLE + x, y, grown, turn=stage.chance.uniform(-lean, lean))
    stage.stand(front, MIDDLE, foot, width, roundness=0.35)
    for place, name in enumerate(beside):
        stage.stand(
            name, MIDDLE + (-350, 340, 80)[place], foot + 110 - 14 * place, size * 1.02, turn=(-14, 10, 4)[place]
        )


def hero(
    stage: Stage,
    name: str,
    *,
    size: float = 760,
    foot: float = 1020,
    around: Sequence[tuple[str, float, float, float]] = (),
    behind: Sequence[str] = (),
    roundness: float = 1.0,
) -> None:
    """From the front: one thing large and sharp, the same kind out of focus behind it, small ones at its feet.

    `around` holds (name, x, foot, size); what stands nearer to the viewer than the hero is drawn after it.
    """
    for place, other in enumerate(behind):
        stage.stand(
            other,
            (170, 1040, 600)[place],
            foot - 190,
            size * 0.66,
            blur=11,
            turn=(-5, 6, 0)[place],
            roundness=roundness,
        )
    for near in (False, True):
        if near:
            stage.stand(name, MIDDLE, foot, size, roundness=roundness)
        for other, x, other_foot, small in around:
            if (other_foot >= foot) == near:
                stage.stand(other, x, other_foot, small, turn=stage.chance.uniform(-12, 12), roundness=roundness)


def stack(
    stage: Stage,
    name: str,
    *,
    rows: Sequence[int],
    size: float,
    step: tuple[float, float],
    foot: float = 1020,
    roundness: float = 1.0,
) -> None:
    """From the front: packs piled up, the lowest row first."""
    for row, count in enumerate(rows):
        for place in range(count):
            x = MIDDLE + (place - (count - 1) / 2) * step[0]
            stage.stand(name, x, foot - row * step[1], size, ground=row == 0, roundness=roundness)


def row(stage: Stage, name: str, *, sizes: Sequence[float], step: float, foot: float = 1030) -> None:
    """From the front: a few of a kind side by side, the outer ones behind the middle one."""
    middle = (len(sizes) - 1) / 2
    for place in sorted(range(len(sizes)), key=lambda place: -abs(place - middle)):
        off = place - middle
        stage.stand(name, MIDDLE + off * step, foot - abs(off) * 70, sizes[place], turn=-off * 6)


def _places(stage: Stage, *, distance: float) -> list[tuple[float, float]]:
    """Spots all over the picture, none nearer to another than the distance."""
    found: list[tuple[float, float]] = []
    for _ in range(2500):
        x, y = stage.chance.uniform(-40, SIDE + 40), stage.chance.uniform(-40, SIDE + 40)
        if all(math.hypot(x - other_x, y - other_y) >= distance for other_x, other_y in found):
            found.append((x, y))
    return found


def bouquet(stage: Stage, flowers: Sequence[str], *, size: float = 330) -> None:
    """From the front: flowers fanned out above a paper cone."""
    for row, (count, lift, spread) in enumerate(((5, 330, 330), (4, 420, 270), (5, 520, 300), (3, 600, 190))):
        for place in range(count):
            share = place / (count - 1) - 0.5
            x = MIDDLE + share * 2 * spread
            y = lift + abs(share) * 150 + stage.chance.uniform(-14, 14)
            stage.lay(
                stage.chance.choice(flowers),
                x,
                y,
                size * stage.chance.uniform(0.93, 1.07),
                turn=-share * 55 + (row % 2) * 4,
            )
    stage.stand("wrap", MIDDLE, 1120, 640, roundness=0.4, ground=False)
