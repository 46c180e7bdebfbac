from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_index_refunds_by_day"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("payment__isnull", False), ("verdict", "rejected")),
                fields=["received_at"],
                name="callback_rejected",
            ),
        ),
    ]
