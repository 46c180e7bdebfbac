"""A table in soft daylight, on which things are laid or stood one after the other."""

import io
import random
from dataclasses import dataclass
from functools import cache, lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from web.demo.pictures import light

# Places and sizes are thought of on a square of this side, and drawn smaller: that is enough for a screen.
SIDE = 1200
PIXELS = 900
# The two ends of each backdrop: the picture tiles of the design's palette, and a few quieter ones for the camera.
BACKDROPS = {
    "citrus": ("#ffe7bd", "#ffd08a"),
    "leaf": ("#e2f1d4", "#c3e0b0"),
    "sea": ("#dcecf4", "#b9d8e8"),
    "grain": ("#f5ead3", "#e6d3ac"),
    "berry": ("#f9dfe3", "#f1bfc8"),
    "plum": ("#ebe2f3", "#d4c4e6"),
    "clay": ("#f6e1d5", "#e9c4b0"),
    "paper": ("#f8f6f0", "#e6e2d6"),
    "mint": ("#dff3ec", "#b4dccf"),
    "slate": ("#6b7b84", "#3f4c55"),
}


@dataclass(frozen=True)
class Thing:
    """A cut-out ready to be put down: sized, turned and lit, and the shadow it throws when it lies."""

    picture: Image.Image
    shadow: Image.Image


class Things:
    """The cut-outs of many pictures. Sizes and turns go in steps, so that much is made ready only once."""

    def __init__(self, cutouts: dict[str, Image.Image]) -> None:
        self.cutouts = cutouts
        self._sized = lru_cache(maxsize=64)(self._size)
        self._kept = lru_cache(maxsize=128)(self._prepare)

    def prepared(self, name: str, size: float, turn: float, roundness: float, height: float = 1.0) -> Thing:
        """One thing at about a size (its longer side, in pixels), turned by about so many degrees, in our light."""
        step = 8 if abs(turn) <= 24 else 18
        return self._kept(name, max(16, 16 * round(size / 16)), step * round(turn / step), roundness, height)

    def _prepare(self, name: str, size: int, turn: int, roundness: float, height: float) -> Thing:
        thing = light.turned(self._sized(name, size), turn=turn, room=max(4, size // 8))
        shadow = light.shadow(thing.getchannel("A"), blur=round(size * 0.05 * height) + 2, strength=0.42)
        return Thing(light.lit(thing, size=size, roundness=roundness), shadow)

    def _size(self, name: str, size: int) -> Image.Image:
        cutout = self.cutouts[name]
        scale = size / max(cutout.size)
        return cutout.resize((round(cutout.width * scale), round(cutout.height * scale)), reducing_gap=2.0)


class Stage:
    """One picture in the making. Places are counted from the upper left corner of a square of SIDE."""

    def __init__(
        self, things: Things, *, backdrop: str, seed: str, horizon: int | None = None, pixels: int = PIXELS
    ) -> None:
        self.things = things
        self.chance = random.Random(seed)
        self.canvas = _backdrop(backdrop, horizon, pixels).copy()
        self._pixels, self._scale = pixels, pixels / SIDE

    def lay(
        self,
        name: str,
        x: float,
        y: float,
        size: float,
        *,
        turn: float = 0,
        roundness: float = 1.0,
        height: float = 1.0,
    ) -> None:
        """Lay a thing with its middle at x, y, seen from above; `height` is how far its shadow falls."""
        x, y, size = x * self._scale, y * self._scale, size * self._scale
        thing = self.things.prepared(name, size, turn, roundness, height)
        left, top = round(x - thing.picture.width / 2), round(y - thing.picture.height / 2)
        fall = size * 0.045 * height
        self._darken(thing.shadow, left + round(fall), top + round(fall * 1.3))
        self._paste(thing.picture, left, top)

    def stand(
        self,
        name: str,
        x: float,
        foot: float,
        size: float,
        *,
        turn: float = 0,
        roundness: float = 1.0,
        blur: float = 0,
        ground: bool = True,
    ) -> None:
        """Stand a thing with the middle of its foot at x, foot, seen from the front; out of focus by `blur`."""
        x, foot, size = x * self._scale, foot * self._scale, size * self._scale
        thing = self.things.prepared(name, size, turn, roundness)
        outline = thing.picture.getchannel("A").getbbox() or (0, 0, *thing.picture.size)
        left, top = round(x - (outline[0] + outline[2]) / 2), round(foot - outline[3])
        if ground:
            self._ground(x, foot, (outline[2] - outline[0]) * 1.12, strength=0.25 if blur else 0.5)
        else:
            self._darken(thing.shadow, left + round(size * 0.02), top + round(size * 0.035))
        picture = thing.picture.filter(ImageFilter.GaussianBlur(blur * self._scale)) if blur else thing.picture
        self._paste(picture, left, top)

    def finished(self, *, quality: int = 92) -> bytes:
        """The picture as JPEG, with the light of a window over it and darker corners."""
        canvas = ImageChops.screen(self.canvas, _window(self._pixels))
        canvas = ImageChops.multiply(canvas, _corners(self._pixels))
        written = io.BytesIO()
        canvas.save(written, "JPEG", quality=quality)
        return written.getvalue()

    def _darken(self, shadow: Image.Image, left: int, top: int) -> None:
        self.canvas.paste(Image.new("RGB", shadow.size, light.INK), (left, top), shadow)

    def _ground(self, x: float, foot: float, width: float, *, strength: float) -> None:
        """The shadow under something that stands: dark where it touches, long and soft to the right."""
        for stretch, thickness, opacity in ((1.5, 0.22, 0.32), (1.02, 0.09, 0.75)):
            size = (max(8, round(width * stretch)), max(6, round(width * thickness)))
            faded = _ellipse().point([round(value * strength * opacity) for value in range(256)])
            left = round(x - width * 0.5 - size[0] * 0.02 + (width - size[0] / stretch) / 2)
            self._darken(faded.resize(size, light.SOFT), left, round(foot - size[1] * 0.55))

    def _paste(self, picture: Image.Image, left: int, top: int) -> None:
        self.canvas.paste(picture, (left, top), picture)


@cache
def _backdrop(name: str, horizon: int | None, pixels: int) -> Image.Image:
    """Paper lit from the upper left; with a horizon, a wall above and a table below it."""
    pale, deep = BACKDROPS[name]
    down = Image.linear_gradient("L").resize((pixels, pixels))
    across = down.rotate(90).resize((pixels, pixels))
    slope = Image.blend(down, ImageChops.invert(across), 0.4)
    paper = Image.composite(Image.new("RGB", (pixels, pixels), deep), Image.new("RGB", (pixels, pixels), pale), slope)
    if horizon is None:
        return paper
    table = ImageChops.multiply(paper, Image.new("RGB", (pixels, pixels), "#f4efe6"))
    edge = Image.new("L", (pixels, pixels))
    ImageDraw.Draw(edge).rectangle((0, round(horizon * pixels / SIDE), pixels, pixels), fill=255)
    return Image.composite(
        Image.blend(table, Image.new("RGB", (pixels, pixels), "#ffffff"), 0.22),
        paper,
        edge.filter(ImageFilter.GaussianBlur(20)),
    )


@cache
def _window(pixels: int) -> Image.Image:
    """Broad slanting bands of light, as through a window, strongest in the upper left."""
    bands = Image.new("L", (SIDE // 4, SIDE // 4))
    draw = ImageDraw.Draw(bands)
    for left, width, brightness in ((-120, 90, 52), (-6, 70, 40), (90, 40, 22)):
        draw.polygon(
            [(left + 110, 0), (left + 110 + width, 0), (left + width - 60, 300), (left - 60, 300)], fill=brightness
        )
    soft = bands.filter(ImageFilter.GaussianBlur(7)).resize((pixels, pixels), Image.Resampling.BICUBIC)
    fade = ImageChops.invert(Image.linear_gradient("L").resize((pixels, pixels)))
    soft = ImageChops.multiply(soft, fade)
    return Image.merge("RGB", (soft, soft, soft.point([round(value * 0.86) for value in range(256)])))


@cache
def _corners(pixels: int) -> Image.Image:
    far = Image.radial_gradient("L").resize((round(pixels * 1.5), round(pixels * 1.5)))
    left, top = round(pixels * 0.33), round(pixels * 0.3)
    shade = far.crop((left, top, left + pixels, top + pixels)).point(
        [255 - round(max(0, value - 90) * 0.32) for value in range(256)]
    )
    return Image.merge(
        "RGB",
        (
            shade,
            shade.point([max(0, value - (255 - value) // 6) for value in range(256)]),
            shade.point([max(0, value - (255 - value) // 4) for value in range(256)]),
        ),
    )


@cache
def _ellipse() -> Image.Image:
    return ImageChops.invert(Image.radial_gradient("L").point([min(255, round(value * 1.42)) for value in range(256)]))
