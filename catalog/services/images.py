"""The pictures of a product."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from catalog.errors import TooManyPictures
from catalog.models import Product, ProductImage
from common import audit
from common.errors import InvalidField, NotFound
from common.pictures import delete_files, redraw

MOST_IMAGES = 12
SIZES = {"large": 1200, "medium": 600, "small": 200}


def add_image(*, product: Product, upload: UploadedFile, now: dt.datetime, actor_id: int | None = None) -> ProductImage:
    """Add a picture behind the others. Raises NotAPicture, PictureTooBig, TooManyPictures."""
    drawn = redraw(upload, sizes=SIZES)
    saved: dict[str, str] = {}
    try:
        with transaction.atomic():
            position = _next_position(product)
            for size, file in drawn.items():
                saved[size] = default_storage.save(f"products/{file.name}", file)
            image = ProductImage.objects.create(product=product, position=position, **saved)
            audit.record(actor_id=actor_id, action="image.add", subject=f"product:{product.code}", image=image.pk)
            return image
    except BaseException:
        delete_files(list(saved.values()))
        raise


@transaction.atomic
def remove_image(*, product: Product, image_id: int, actor_id: int | None = None) -> None:
    """Remove a picture; its files go once that is certain. Raises NotFound."""
    image = product.images.filter(pk=image_id).first()
    if image is None:
        raise NotFound
    names = [str(file) for file in (image.large, image.medium, image.small)]
    image.delete()
    audit.record(actor_id=actor_id, action="image.remove", subject=f"product:{product.code}", image=image_id)
    transaction.on_commit(lambda: delete_files(names))


@transaction.atomic
def order_images(*, product: Product, image_ids: Sequence[int]) -> None:
    """Put the pictures into this order, the first being the cover. Raises InvalidField unless all are named once."""
    images = {image.pk: image for image in product.images.select_for_update().order_by("pk")}
    if sorted(image_ids) != sorted(images):
        raise InvalidField("images", _("图片变了，刷新看看"))
    for position, image_id in enumerate(image_ids):
        images[image_id].position = position
    ProductImage.objects.bulk_update(images.values(), ["position"])


def _next_position(product: Product) -> int:
    """Where the next picture goes; the product's row is locked, so that two uploads at once stay within the limit."""
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if product.images.count() >= MOST_IMAGES:
        raise TooManyPictures(most=MOST_IMAGES)
    last = product.images.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
