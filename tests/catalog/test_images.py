import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from catalog.errors import TooManyPictures
from catalog.models import ProductImage
from catalog.rich_text import sanitise
from catalog.services import images
from catalog.services.images import add_image, order_images, remove_image
from common import pictures
from common.errors import InvalidField, NotFound
from common.pictures import NotAPicture, PictureTooBig
from tests.factories.accounts import make_merchant
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def product():
    return make_product(make_merchant())


def upload(picture: Image.Image, kind: str = "JPEG", **options) -> SimpleUploadedFile:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return SimpleUploadedFile("../../evil.php", file.getvalue(), content_type="image/jpeg")


def drawing(width: int = 1600, height: int = 800, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), "#d9480f" if mode != "CMYK" else None)


def add(product, file) -> ProductImage:
    return add_image(product=product, upload=file, now=timezone.now())


def sizes(image: ProductImage) -> list[tuple[str | None, tuple[int, int]]]:
    opened = [Image.open(file) for file in (image.large, image.medium, image.small)]
    return [(picture.format, picture.size) for picture in opened]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_in_three_sizes(product, kind):
    """B1: WebP, the longer side 1200, 600 and 200."""
    image = add(product, upload(drawing(), kind))
    assert sizes(image) == [("WEBP", (1200, 600)), ("WEBP", (600, 300)), ("WEBP", (200, 100))]


def test_a_small_picture_is_not_blown_up(product):
    assert sizes(add(product, upload(drawing(300, 300))))[0] == ("WEBP", (300, 300))


def test_neither_the_place_it_was_taken_nor_its_name_is_kept(product):
    """B1: EXIF with the position is gone, the picture stands upright, nobody guesses its name."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010E] = "Alice's kitchen"
    exif.get_ifd(0x8825)[1] = "N"
    image = add(product, upload(drawing(), exif=exif))
    stored = Image.open(image.large)
    assert stored.size == (600, 1200)
    assert not stored.getexif()
    assert b"kitchen" not in image.large.open().read()
    assert "evil" not in str(image.large)
    assert f'src="{image.large.url}"' in sanitise(f'<img src="{image.large.url}">')


@pytest.mark.parametrize("mode", ["L", "P", "CMYK"])
def test_unusual_colours_are_read(product, mode):
    picture = drawing(60, 60, "CMYK") if mode == "CMYK" else drawing(60, 60).convert(mode)
    assert sizes(add(product, upload(picture, "PNG" if mode == "P" else "JPEG")))[0] == ("WEBP", (60, 60))


def test_what_was_transparent_stays_so(product):
    image = add(product, upload(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG"))
    assert Image.open(image.large).has_transparency_data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    ],
)
def test_what_is_no_picture_is_refused(product, content):
    with pytest.raises(NotAPicture):
        add(product, SimpleUploadedFile("apple.jpg", content, content_type="image/jpeg"))
    assert not ProductImage.objects.exists()


def test_a_gif_is_refused_whatever_it_calls_itself(product):
    with pytest.raises(NotAPicture):
        add(product, upload(drawing(60, 60), "GIF"))


def test_half_a_picture_is_refused(product, own_media):
    whole = upload(drawing(), "JPEG").read()
    with pytest.raises(NotAPicture):
        add(product, SimpleUploadedFile("apple.jpg", whole[: len(whole) // 2]))
    assert not list(own_media.rglob("*.webp"))


def bomb(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of a few bytes that says it is huge."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data = b"IDAT" + zlib.compress(b"\0")
    return SimpleUploadedFile(
        "bomb.png",
        b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data)),
    )


@pytest.mark.parametrize("side", [6_400, 10_000, 50_000])
def test_a_bomb_is_refused_before_it_is_decoded(product, side):
    with pytest.raises(PictureTooBig):
        add(product, bomb(side, side))


def test_ten_megabytes_are_enough(product, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(PictureTooBig):
        add(product, upload(drawing()))


def test_there_is_room_for_twelve(product, monkeypatch, own_media):
    """The refused one leaves no file behind."""
    monkeypatch.setattr(images, "MOST_IMAGES", 1)
    add(product, upload(drawing(60, 60)))
    with pytest.raises(TooManyPictures):
        add(product, upload(drawing(60, 60)))
    assert len(list(own_media.rglob("*.webp"))) == 3


def test_a_failure_while_saving_leaves_no_file_behind(product, monkeypatch, own_media):
    def fail(**_fields):
        raise RuntimeError

    monkeypatch.setattr(ProductImage.objects, "create", fail)
    with pytest.raises(RuntimeError):
        add(product, upload(drawing(60, 60)))
    assert not list(own_media.rglob("*.webp"))


def test_the_merchant_orders_the_pictures_and_the_first_is_the_cover(product):
    first, second, third = (add(product, upload(drawing(60, 60))) for _number in range(3))
    order_images(product=product, image_ids=[third.pk, first.pk, second.pk])
    assert list(product.images.order_by("position")) == [third, first, second]
    with pytest.raises(InvalidField):
        order_images(product=product, image_ids=[third.pk, first.pk])


def test_a_removed_picture_is_gone_with_its_files(product, django_capture_on_commit_callbacks):
    image = add(product, upload(drawing(60, 60)))
    with django_capture_on_commit_callbacks(execute=True):
        remove_image(product=product, image_id=image.pk)
    assert not default_storage.exists(str(image.large))
    assert not ProductImage.objects.exists()


def test_nobody_removes_the_picture_of_another_product(product):
    image = add(make_product(make_merchant("别家")), upload(drawing(60, 60)))
    with pytest.raises(NotFound):
        remove_image(product=product, image_id=image.pk)
    assert default_storage.exists(str(image.large))
