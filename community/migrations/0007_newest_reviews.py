from django.db import migrations, models


class Migration(migrations.Migration):
    """What was said last, read on from where somebody stands."""

    dependencies = [("community", "0006_customers")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(hidden_at__isnull=True), fields=["-written_at", "-id"], name="review_newest"
            ),
        ),
    ]
