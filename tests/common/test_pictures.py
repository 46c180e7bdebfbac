"""What people upload as a picture."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.pictures import NotAPicture, redraw, upright


def turned(*, note: str) -> bytes:
    """A lying photograph, twelve by eight, as a phone held upright takes it."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = note, 6
    written = io.BytesIO()
    Image.new("RGB", (12, 8)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")


def test_a_photograph_stands_as_it_was_seen() -> None:
    assert upright(upload(turned(note="garden")), longest=100).size == (8, 12)


def test_a_photograph_with_broken_notes_is_refused_and_no_error() -> None:
    """A note says in words how wide the picture is, which the format has numbers for."""
    broken = turned(note="garden").replace(b"\x01\x0e\x00\x02", b"\x01\x00\x00\x02")
    with pytest.raises(NotAPicture):
        redraw(upload(broken), sizes={"large": 100})
