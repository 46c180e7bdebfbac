"""D5: the leader photographs a neighbour's code."""

import io

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.pictures import MOST_BYTES, NotAPicture, PictureTooBig
from web.scanning import NoCodeInPicture, NotAPickupCode, code_in, read_code


def photograph(text: str = "", *, angle: int = 0, side: int = 900) -> SimpleUploadedFile:
    """A grey table, and on it a phone that shows a code of this text."""
    table = Image.new("RGB", (side, side), "#8a8f86")
    if text:
        drawn = io.BytesIO()
        segno.make(text, error="m").save(drawn, kind="png", scale=8, border=3)
        phone = Image.open(drawn).convert("RGBA").rotate(angle, expand=True)
        table.paste(phone, (side // 4, side // 5), phone)
    file = io.BytesIO()
    table.save(file, "JPEG", quality=70)
    return SimpleUploadedFile("code.jpg", file.getvalue(), content_type="image/jpeg")


@pytest.mark.parametrize("angle", [0, 90, 12])
def test_the_code_on_a_neighbours_phone_is_read(angle: int) -> None:
    """D5: upright, lying, or held askew."""
    assert read_code(photograph("https://shop.example/pickups/?code=48210937", angle=angle)) == "48210937"


def test_the_bare_digits_are_a_code_as_well() -> None:
    assert read_code(photograph("48210937")) == "48210937"


@pytest.mark.parametrize(
    "text", ["https://shop.example/", "https://shop.example/?code=1234", "４８２１０９３７", "//[", "482109370"]
)
def test_what_is_no_pick_up_code_is_none(text: str) -> None:
    assert code_in(text) == ""


def test_another_code_is_refused_with_the_way_on() -> None:
    with pytest.raises(NotAPickupCode, match="这个二维码不是取货码"):
        read_code(photograph("https://pay.example/wxp://f2f0"))


def test_a_photograph_without_a_code_says_what_to_do() -> None:
    with pytest.raises(NoCodeInPicture, match="靠近一点、拍清楚再试，或输入 8 位数字"):
        read_code(photograph())


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(NotAPicture):
        read_code(SimpleUploadedFile("code.jpg", b"%PDF-1.7", content_type="image/jpeg"))


def test_a_file_too_big_is_refused_before_it_is_read() -> None:
    with pytest.raises(PictureTooBig):
        read_code(SimpleUploadedFile("code.jpg", b"0" * (MOST_BYTES + 1), content_type="image/jpeg"))
