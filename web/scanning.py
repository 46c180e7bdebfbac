"""A photograph of a pick-up code, read on the server for phones whose browser cannot."""

import re
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from common.pictures import upright

LONGEST_SIDE = 2000
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
DIGITS = re.compile(r"\d{8}", re.ASCII)


class NoCodeInPicture(Invalid):
    code = "no_code_in_picture"
    message = _("照片里没找到二维码。靠近一点、拍清楚再试，或输入 8 位数字")


class NotAPickupCode(Invalid):
    code = "not_a_pickup_code"
    message = _("这个二维码不是取货码。请邻居打开订单页再拍")


def read_code(upload: UploadedFile) -> str:
    """The eight digits of the pick-up code in a photograph.

    Raises NotAPicture, PictureTooBig, NoCodeInPicture, and NotAPickupCode when it holds another QR code only.
    """
    picture = upright(upload, longest=LONGEST_SIDE).convert("L")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    texts = [found.text for found in zxingcpp.read_barcodes(picture, formats=QR)]
    if not texts:
        raise NoCodeInPicture
    code = next(filter(None, map(code_in, texts)), "")
    if not code:
        raise NotAPickupCode
    return code


def code_in(text: str) -> str:
    """The digits in what a QR code says: the address of an order's code, or the bare digits; empty for others."""
    try:
        asked = parse_qs(urlsplit(text).query).get("code", [text])[0]
    except ValueError:
        return ""
    return asked if DIGITS.fullmatch(asked) else ""
