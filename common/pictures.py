"""A picture somebody uploaded is drawn anew in fixed sizes, so that nothing but its pixels is kept."""

import io
import secrets
import struct
from collections.abc import Mapping, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from common.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82


class NotAPicture(Invalid):
    code = "not_a_picture"
    message = _("图片读不出来，请换一张 JPEG、PNG 或 WebP")


class PictureTooBig(Invalid):
    code = "picture_too_big"
    message = _("图片太大了，最多 %(megabytes)s MB、%(megapixels)s 百万像素")


def redraw(upload: UploadedFile, *, sizes: Mapping[str, int]) -> dict[str, ContentFile]:
    """WebP files by size name, the longer side at most so many pixels, all under one unguessable name.

    Raises NotAPicture for what is not a JPEG, PNG or WebP, PictureTooBig above 10 MB or 40 million pixels.
    """
    picture = upright(upload, longest=max(sizes.values()))
    name = secrets.token_hex(16)
    return {size: _drawn(picture, side, name=f"{name}-{side}.webp") for size, side in sizes.items()}


def upright(upload: UploadedFile, *, longest: int) -> Image.Image:
    """The pixels of an upload, turned as they were seen, not much larger than `longest`.

    Raises NotAPicture for what is not a JPEG, PNG or WebP, PictureTooBig above 10 MB or 40 million pixels.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise _too_big()
    try:
        return _read(upload, longest=longest)
    except Image.DecompressionBombError as error:
        raise _too_big() from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise NotAPicture from error


def delete_files(names: Sequence[str]) -> None:
    """Take stored pictures away again."""
    for name in names:
        default_storage.delete(name)


def _read(upload: UploadedFile, *, longest: int) -> Image.Image:
    """The upright picture; its size is looked at before a single pixel is decoded."""
    with Image.open(upload, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_big()
        picture.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _drawn(picture: Image.Image, side: int, *, name: str) -> ContentFile:
    sized = picture.copy()
    sized.thumbnail((side, side))
    sized.info = {}
    file = io.BytesIO()
    sized.save(file, "WEBP", quality=QUALITY)
    return ContentFile(file.getvalue(), name=name)


def _too_big() -> PictureTooBig:
    return PictureTooBig(megabytes=MOST_BYTES // 1024**2, megapixels=MOST_PIXELS // 10**6)
