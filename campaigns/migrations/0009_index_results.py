from django.db import migrations, models


class Migration(migrations.Migration):
    """What came of a shop's campaigns, day by day."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("campaigns", "0008_lean_foreign_keys"),
        ("orders", "0012_lean_keys"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(decided_at__isnull=False),
                fields=["merchant", "decided_at"],
                include=("status",),
                name="campaign_decided",
            ),
        ),
    ]
