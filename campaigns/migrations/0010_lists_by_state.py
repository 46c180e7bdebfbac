from django.db import migrations, models


class Migration(migrations.Migration):
    """A shop's campaigns that are over by state, and what its record says of them, by indexes alone."""

    dependencies = [
        ("accounts", "0005_birthday"),
        ("campaigns", "0009_index_results"),
        ("orders", "0015_vacuum_soon"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(status__in=["succeeded", "failed", "cancelled"]),
                fields=["merchant", "status", "-id"],
                name="campaign_over",
            ),
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
