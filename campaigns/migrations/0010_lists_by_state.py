from django.db import migrations, models


class Migration(migrations.Migration):
    """A shop's campaigns by state, and what its record says of them, by indexes alone."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("campaigns", "0009_index_results"),
        ("orders", "0015_vacuum_soon"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["merchant", "status", "-id"], name="campaign_by_state"),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(closing_since__isnull=False),
                fields=["merchant"],
                include=("close_reason",),
                name="campaign_closed",
            ),
        ),
    ]
