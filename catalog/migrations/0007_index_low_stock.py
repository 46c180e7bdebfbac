from django.db import migrations, models


class Migration(migrations.Migration):
    """What has to be refilled is few among many."""

    dependencies = [("catalog", "0006_lean_foreign_keys")]

    operations = [
        migrations.AddIndex(
            model_name="stock",
            index=models.Index(condition=models.Q(low_since__isnull=False), fields=["sku"], name="stock_low"),
        ),
    ]
