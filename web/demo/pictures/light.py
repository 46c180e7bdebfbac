"""Light on a cut-out: what makes a flat drawing look round, and the shadow it throws.

The light always comes from the upper left, so it is put on after a thing has been turned.
"""

from functools import cache

from PIL import Image, ImageChops, ImageFilter

# What a colour is multiplied with in shade, and screened with in light.
SHADE = (124, 108, 108)
GLOW = (150, 140, 116)
INK = (38, 32, 26)
SOFT = Image.Resampling.BILINEAR


def turned(cutout: Image.Image, *, turn: float, room: int) -> Image.Image:
    """The cut-out turned by degrees, with room around it for light and shadow."""
    if turn:
        cutout = cutout.rotate(turn, Image.Resampling.BILINEAR, expand=True)
    roomy = Image.new("RGBA", (cutout.width + 2 * room, cutout.height + 2 * room))
    roomy.paste(cutout, (room, room))
    return roomy


def lit(cutout: Image.Image, *, size: int, roundness: float = 1.0) -> Image.Image:
    """The cut-out with light on its upper left, shade on its lower right, and a soft gleam.

    The light is worked out on a quarter of the side, because it has no sharp edges.
    """
    colour, outline = cutout.convert("RGB"), cutout.getchannel("A")
    outside = ImageChops.invert(outline.reduce(4))
    step, blur = max(1, size // 56), max(0.5, size / 36)
    shade = _faded(_blurred(ImageChops.offset(outside, -step, -step), blur), 0.85 * roundness)
    rim = _faded(_blurred(ImageChops.offset(outside, step // 2, step // 2), blur / 2), 0.5 * roundness)
    bright = ImageChops.add(rim, _gleam(outside.size, 0.75 * roundness))
    colour = ImageChops.multiply(colour, _tinted(shade, SHADE, ground="white").resize(cutout.size, SOFT))
    colour = ImageChops.screen(colour, _tinted(bright, GLOW, ground="black").resize(cutout.size, SOFT))
    colour.putalpha(outline)
    return colour


def shadow(outline: Image.Image, *, blur: int, strength: float) -> Image.Image:
    """The mask of the shadow a shape throws on what lies under it; worked out small, because nobody sees its pixels."""
    soft = _faded(_blurred(outline.reduce(4), max(0.5, blur / 4)), strength)
    return soft.resize(outline.size, SOFT)


def _blurred(mask: Image.Image, radius: float) -> Image.Image:
    return mask.filter(ImageFilter.GaussianBlur(radius))


def _tinted(mask: Image.Image, colour: tuple[int, int, int], *, ground: str) -> Image.Image:
    return Image.composite(Image.new("RGB", mask.size, colour), Image.new("RGB", mask.size, ground), mask)


def _faded(mask: Image.Image, strength: float) -> Image.Image:
    return mask.point([min(255, round(value * strength)) for value in range(256)])


def _gleam(size: tuple[int, int], strength: float) -> Image.Image:
    """A soft round light in the upper left part of a thing."""
    mask = Image.new("L", size)
    width, height = round(size[0] * 0.5), round(size[1] * 0.42)
    mask.paste(_spot().resize((width, height)), (round(size[0] * 0.17), round(size[1] * 0.17)))
    return _faded(mask, strength)


@cache
def _spot() -> Image.Image:
    """White in the middle, black at the edge."""
    return ImageChops.invert(Image.radial_gradient("L").point([min(255, round(value * 1.42)) for value in range(256)]))
