from typing import Any

from django.db import migrations, models

from common.searching import search_text

BATCH = 500


def write_search_texts(apps: Any, _editor: Any) -> None:
    """What the products that are there already are found by."""
    products = apps.get_model("catalog", "Product")
    batch = []
    for product in products.objects.only("name", "brief", "external_id").iterator(chunk_size=BATCH):
        product.search_text = search_text([product.name, product.brief, product.external_id])
        batch.append(product)
        if len(batch) == BATCH:
            products.objects.bulk_update(batch, ["search_text"])
            batch = []
    products.objects.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_hot_allotment")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="search_text",
            field=models.TextField(
                blank=True,
                default="",
                editable=False,
                help_text="name, brief and number in characters, pinyin and initials",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(write_search_texts, migrations.RunPython.noop),
    ]
