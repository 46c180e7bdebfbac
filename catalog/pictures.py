"""A picture somebody uploaded is drawn anew in three fixed sizes, so that nothing but its pixels is kept."""

import io
import secrets

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from catalog.errors import NotAPicture, PictureTooBig

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
SIZES = {"large": 1200, "medium": 600, "small": 200}
QUALITY = 82


def redraw(upload: UploadedFile) -> dict[str, ContentFile]:
    """WebP files by size name, the longer side at most 1200, 600 and 200 pixels, under one unguessable name.

    Raises NotAPicture for what is not a JPEG, PNG or WebP, PictureTooBig above 10 MB or 40 million pixels.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise _too_big()
    try:
        picture = _read(upload)
    except Image.DecompressionBombError as error:
        raise _too_big() from error
    except (OSError, SyntaxError, ValueError) as error:
        raise NotAPicture from error
    name = secrets.token_hex(16)
    return {size: _drawn(picture, side, name=f"{name}-{side}.webp") for size, side in SIZES.items()}


def _read(upload: UploadedFile) -> Image.Image:
    """The upright picture; its size is looked at before a single pixel is decoded."""
    with Image.open(upload, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_big()
        picture.draft("RGB", (SIZES["large"], SIZES["large"]))
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
