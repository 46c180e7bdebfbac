"""A licence is a picture somebody uploaded: looked at with suspicion, drawn anew, named at random."""

import io
import re
import secrets
import unicodedata

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from common.errors import InvalidField

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP")
# GB 32100-2015: eighteen digits and capitals without I, O, S, V, Z.
NUMBER = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{18}$", re.ASCII)


def clean_number(text: str) -> str:
    """A unified social credit code as it stands on the licence. Raises InvalidField."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not NUMBER.match(number):
        raise InvalidField("licence_number", _("统一社会信用代码是 18 位数字和大写字母"))
    return number


def clean_picture(upload: UploadedFile) -> ContentFile:
    """The picture without its metadata, as WebP under a name that nobody can guess. Raises InvalidField."""
    if (upload.size or 0) > MOST_BYTES:
        raise InvalidField("licence", _("图片不能超过 10 MB"))
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidField("licence", _("图片不能超过 4000 万像素"))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidField("licence", _("请上传 JPG、PNG 或 WebP 图片")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    upright.save(drawn, "WEBP", quality=85)
    return ContentFile(drawn.getvalue(), name=f"{secrets.token_hex(16)}.webp")
