"""A poster is set by typst in one run: words and pictures go in as data, a PNG or a PDF comes out."""

import base64
import datetime as dt
import io
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
import typst
from PIL import Image

TEMPLATE = Path(__file__).with_name("poster.typ")
POINTS_PER_MM = 72 / 25.4
# The pixels of a picture on the screen's poster; prints take it as large as it is kept.
SCREEN_SIDE = 900
SHORT_TITLE = 32
LONGEST_WORD = 16
# A file of the same content is the same file, whenever it was made.
NO_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Sheet:
    """What a poster is drawn on: its sides in points, and the side of its QR code in 300ths of the width."""

    width: float
    height: float
    qr_side: int = 84
    is_picture: bool = False

    @property
    def content_type(self) -> str:
        return "image/png" if self.is_picture else "application/pdf"


SCREEN = Sheet(300, 460, is_picture=True)
PRINTS = {
    "a4": Sheet(210 * POINTS_PER_MM, 297 * POINTS_PER_MM),
    "a3": Sheet(297 * POINTS_PER_MM, 420 * POINTS_PER_MM),
    "roll-up": Sheet(800 * POINTS_PER_MM, 2000 * POINTS_PER_MM, qr_side=130),
}


@dataclass(frozen=True)
class Poster:
    """What a poster says, worded in one language; `initial` stands on the face beside `sender`.

    `price` and `was` are written in yuan; `was` and `promise` may be empty.
    """

    sender: str
    initial: str
    joined: str
    title: str
    price: str
    was: str
    says: str
    deadline: str
    promise: str
    scan: str
    link: str
    language: str


def draw(poster: Poster, *, picture: bytes, sheet: Sheet = SCREEN) -> bytes:
    """The poster as PNG (900 × 1380) or as PDF of one page; `picture` is any file Pillow reads, or empty."""
    said = {name: printable(text) for name, text in asdict(poster).items()}
    yuan, _dot, fen = said["price"].removeprefix("¥").partition(".")
    data = said | {
        "price": {"sign": "¥", "yuan": yuan, "fen": f".{fen}"},
        "title_size": 18 if len(said["title"]) <= SHORT_TITLE else 15,
        "language": poster.language[:2],
        "picture": _embedded(picture, side=SCREEN_SIDE if sheet.is_picture else None) if picture else "",
        "qr": _qr(poster.link),
        "width": sheet.width,
        "height": sheet.height,
        "qr_side": sheet.qr_side,
    }
    pages = typst.compile(
        TEMPLATE,
        font_paths=_fonts(),
        format="png" if sheet.is_picture else "pdf",
        ppi=72 * 3,
        sys_inputs={"poster": json.dumps(data)},
        timestamp=NO_TIME,
    )
    assert isinstance(pages, bytes), "a poster has one page"
    return pages


def printable(text: str) -> str:
    """The text without what the font cannot show or a line cannot take: emoji, joiners, control characters.

    Words longer than a line get places to break at.
    """
    shown = "".join(char for char in text if not _is_unprintable(char))
    return re.sub(rf"([!-~]{{{LONGEST_WORD}}})(?=[!-~])", "\\1\u200b", " ".join(shown.split()))


def _is_unprintable(char: str) -> bool:
    code = ord(char)
    if char.isspace():
        return False
    if 0xFE00 <= code <= 0xFE0F or 0x1F000 <= code <= 0x1FAFF:
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Me")


def _embedded(picture: bytes, *, side: int | None) -> str:
    """The picture as JPEG inside an SVG: text, as everything else that goes in."""
    with Image.open(io.BytesIO(picture)) as opened:
        sized = opened.convert("RGB")
    if side:
        sized.thumbnail((side, side))
    written = io.BytesIO()
    sized.save(written, "JPEG", quality=88)
    width, height = sized.size
    data = base64.b64encode(written.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{data}"/></svg>'
    )


def _qr(link: str) -> str:
    written = io.BytesIO()
    segno.make(link, error="m").save(written, kind="svg", border=0, dark="#19211d")
    return written.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    """Only the font that comes with us, so that a poster looks the same on every machine."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
